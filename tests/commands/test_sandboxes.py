"""Sandboxes as rows: whose they are, how many, how long; two at once; and the state that is made of their steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from engine import (
    SYSTEM,
    Actor,
    AddSandboxStep,
    BeginSandbox,
    CompleteTask,
    ConflictError,
    CutSandbox,
    DeployPack,
    EndSandbox,
    EngineError,
    FileDetail,
    FindSandbox,
    FormRejected,
    History,
    InputRejected,
    InstanceView,
    KeepFile,
    MySandboxes,
    NotAllowedError,
    NotFoundError,
    OpenTasks,
    ProcessEngine,
    RemoveOldSandboxes,
    Sandboxes,
    SaveRecord,
    StaleRevision,
    StartInstance,
)
from tests.commands.packs import END, START, flows, process, user_task
from tests.commands.rivals import compete, split

ANALYST, OTHER, STAFF = Actor("ana", "分析", is_analyst=True), Actor("bea", "另一位", is_analyst=True), Actor("cat", "员工", frozenset({"sales"}))
SETTINGS = '[pack]\nkey = "tried"\nname = "试"\n[[role]]\nkey = "sales"\nname = "销售"\ncan_start = ["visit", "spin"]\n'
AT_ONCE = "<timerEventDefinition><timeDuration>PT0S</timeDuration></timerEventDefinition>"
VISIT = process("visit", "拜访", START, user_task("plan", "计划", groups="sales"), END, flows("start>plan>end"))
SPIN = process(
    "spin",
    "转圈",
    START,
    user_task("go", "开始转", groups="sales"),
    f'<intermediateCatchEvent id="tick" name="滴答">{AT_ONCE}</intermediateCatchEvent>',
    '<exclusiveGateway id="again" name="再来"/>',
    END,
    flows("start>go>again", "again>tick:=1 = 1", "again>end:=1 = 2", "tick>again"),
)
STEP = {"kind": "advance", "text": "P1D"}


@pytest.fixture
def engine(fresh_database_url: str) -> Iterator[ProcessEngine]:
    engine = ProcessEngine.open(fresh_database_url)
    engine.run(DeployPack({"pack.toml": SETTINGS.encode(), "visit.bpmn": VISIT, "spin.bpmn": SPIN}), SYSTEM)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    from engine.store.trial_server import TrialServer

    folder = tmp_path_factory.mktemp("trial")
    yield folder
    TrialServer(folder).stop()


@pytest.fixture
def sandboxes(engine: ProcessEngine, data_dir: Path) -> Iterator[Sandboxes]:
    sandboxes = Sandboxes(engine, data_dir, capacity=1)
    yield sandboxes
    sandboxes.close()


def begin(engine: ProcessEngine, actor: Actor = ANALYST) -> str:
    return engine.run(BeginSandbox("tried", released=True), actor).sandbox_id


def test_it_is_an_analysts_own(engine):
    sandbox_id = begin(engine)
    assert [one.sandbox_id for one in engine.read(MySandboxes(), ANALYST)] == [sandbox_id]
    assert engine.read(MySandboxes("other"), ANALYST) == engine.read(MySandboxes(), OTHER) == ()
    with pytest.raises(NotAllowedError):
        begin(engine, STAFF)
    for command in (AddSandboxStep(sandbox_id, 1, STEP), CutSandbox(sandbox_id, 1), EndSandbox(sandbox_id)):
        with pytest.raises(NotFoundError):
            engine.run(command, OTHER)
    with pytest.raises(NotFoundError):
        engine.read(FindSandbox(sandbox_id), OTHER)
    with pytest.raises(NotFoundError):
        engine.run(BeginSandbox("nothing", released=True), ANALYST)


def test_two_at_once_one_is_told(engine):
    sandbox_id = begin(engine)
    done, refused = split(compete(engine, [(AddSandboxStep(sandbox_id, 1, STEP), ANALYST)] * 4))
    assert (len(done), {type(error) for error in refused}) == (1, {StaleRevision})
    assert engine.read(FindSandbox(sandbox_id), ANALYST).steps == (STEP,)


def test_no_more_than_ten_however_fast(engine):
    for _ in range(8):
        begin(engine)
    done, refused = split(compete(engine, [(BeginSandbox("tried", released=True), ANALYST)] * 5))
    assert (len(done), [error.code for error in refused]) == (2, ["too_many_sandboxes"] * 3)
    assert begin(engine, OTHER)


def test_what_is_too_much(engine):
    sandbox_id = begin(engine)
    with pytest.raises(InputRejected):
        engine.run(AddSandboxStep(sandbox_id, 1, {"kind": "message", "data": "x" * 1_400_000}), ANALYST)
    with pytest.raises(ConflictError) as many:
        engine.run(BeginSandbox("tried", released=True, steps=[STEP] * 301), ANALYST)
    assert many.value.code == "too_many_sandbox_steps"


def test_what_nobody_touches_goes(engine):
    old, fresh = begin(engine), begin(engine)
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sandboxes SET changed_at = %s WHERE id = %s", (engine.now() - timedelta(days=15), old))
    with pytest.raises(NotAllowedError):
        engine.run(RemoveOldSandboxes(), ANALYST)
    assert (engine.run(RemoveOldSandboxes(), SYSTEM), engine.run(RemoveOldSandboxes(), SYSTEM)) == (1, 0)
    assert [one.sandbox_id for one in engine.read(MySandboxes(), ANALYST)] == [fresh]


def test_a_process_that_does_not_come_to_rest_is_stopped_and_leaves_nothing(engine, sandboxes: Sandboxes):
    sandbox_id = begin(engine)
    with sandboxes.open(sandbox_id, ANALYST) as opened:
        opened.role = "sales"
        opened.run(StartInstance("spin"), opened.actor)
        (task,) = opened.read(OpenTasks(opened.instance_id), SYSTEM)
        with pytest.raises(EngineError) as endless:
            opened.run(CompleteTask(task.task_id, {}), opened.actor)
        assert endless.value.code == "too_many_due"
    with sandboxes.open(sandbox_id, ANALYST) as opened:
        assert [row.element_id for row in opened.read(OpenTasks(opened.instance_id), SYSTEM)] == ["go"]
        assert len(opened.detail.steps) == 1


def test_what_is_no_step_is_refused(engine, sandboxes: Sandboxes):
    with sandboxes.open(begin(engine), ANALYST) as opened:
        opened.role = "sales"
        with pytest.raises(NotAllowedError):
            opened.run(SaveRecord("customer", None, {}, ""), opened.actor)
        with pytest.raises(InputRejected):
            opened.do({"kind": "unheard_of"})
        with pytest.raises(InputRejected):
            opened.do({"kind": "advance", "text": "soon"})
        with pytest.raises(InputRejected):
            opened.values_of("1 +")
        assert opened.values_of("{ a: 1 }") == {"a": 1}
        opened.run(StartInstance("visit"), opened.actor)
        with pytest.raises(ConflictError):
            opened.run(StartInstance("visit"), opened.actor)


def test_the_state_is_made_again_and_is_the_same(engine, sandboxes: Sandboxes):
    """After another one took its place in this process, and after the server was killed."""
    one, two = begin(engine), begin(engine)
    states = []
    for number, sandbox_id in enumerate((one, two, one, two, one)):
        if number == 4:
            sandboxes.server.stop()
        with sandboxes.open(sandbox_id, ANALYST) as opened:
            opened.role = "sales"
            if opened.instance_id is None:
                opened.do(STEP)
                opened.run(StartInstance("visit"), opened.actor)
            states.append([event.hash for event in opened.read(History(opened.instance_id), SYSTEM)])
            assert opened.read(InstanceView(opened.instance_id), SYSTEM).head.started_by_name == "销售"
    assert states[0] == states[2] == states[4]
    assert states[1] == states[3]


def test_files_are_there_again_and_bounded(engine, sandboxes: Sandboxes):
    sandbox_id = begin(engine)
    with sandboxes.open(sandbox_id, ANALYST) as opened:
        opened.role = "sales"
        kept = opened.run(KeepFile("合同.pdf", BytesIO(b"%PDF-1.4 tried")), opened.actor)
        with pytest.raises(FormRejected):
            opened.run(KeepFile("大.bin", b"x" * 1_000_001), opened.actor)
    sandboxes.close()
    with sandboxes.open(sandbox_id, ANALYST) as opened:
        found = opened.read(FileDetail(kept.id), opened.person("sales"))
        assert (found.name, found.digest) == ("合同.pdf", kept.digest)
        for _ in range(4):
            opened.role = "sales"
            opened.run(KeepFile("块.bin", b"x" * 1_000_000), opened.actor)
        with pytest.raises(ConflictError) as full:
            opened.run(KeepFile("块.bin", b"x" * 1_000_000), opened.actor)
        assert full.value.code == "sandbox_full"
    assert len(engine.read(FindSandbox(sandbox_id), ANALYST).steps) == 5
    assert engine.database.read(lambda connection: connection.exec_driver_sql("SELECT count(*) FROM files").scalar_one()) == 0
