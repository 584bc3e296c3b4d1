"""Prints what an automatic saving of a form of 300 fields takes: milliseconds on the server and bytes of the answer, where the form has to change and
where it has not. `python tests/benchmarks/bench_autosave.py`. Not a test: figures depend on the machine.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict

from engine import SYSTEM, Actor, ProcessEngine, SaveUser, Settings, StartInstance, Worklist
from engine.store.scratch import ScratchDatabases, temporary_server
from tests.commands.long_form import FIELDS, deploy_long_form
from webui import create_app

TIMES = 30
PASSWORD = "secret-word-1"
WANG = Actor("wangfang", "王芳", frozenset({"marketing_specialist"}))


def parsed(page: str) -> Any:
    return html.document_fromstring(page)


def posted(page: str) -> MultiDict[str, str]:
    """What a browser sends of the form on a page, its fields filled in."""
    [form] = parsed(page).xpath("//form[@id='screen-form']")
    data = MultiDict(form.form_values())
    for name in data:
        if name.startswith("name_"):
            data[name] = "苏州精工机械有限公司"
        elif name.startswith("amount_"):
            data[name] = "1,305.15"
        elif name.startswith("note_"):
            data[name] = "两行\r\n备注"
    data["_op"] = "refresh"
    return data


def measure(client: FlaskClient, address: str, data: MultiDict[str, str], title: str) -> None:
    times, size = [], 0
    for number in range(TIMES):
        data["name_0"] = f"第 {number} 次"
        begun = time.perf_counter()
        answer = client.post(address, data=data, headers={"HX-Request": "true"})
        times.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code in (200, 204), answer.text[:400]
        size = len(answer.data)
    packed = len(gzip.compress(answer.data)) if size else 0
    print(f"  {title:34} {statistics.median(times):8.1f} ms {size:9,d} bytes, {packed:,d} compressed")


def main() -> None:
    with TemporaryDirectory() as folder, temporary_server() as server, ScratchDatabases(server).template() as url:
        engine = ProcessEngine.open(url)
        deploy_long_form(engine)
        engine.run(SaveUser("wangfang", "王芳", PASSWORD, groups=("marketing_specialist",)), SYSTEM)
        engine.run(StartInstance("long", {"name": "长表公司"}), WANG)
        [row] = engine.read(Worklist("groups"), WANG).rows
        app = create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": folder}))
        client = app.test_client()
        token = parsed(client.get("/sign-in").text).xpath("string(//meta[@name='csrf-token']/@content)")
        client.post("/sign-in", data={"user_id": "wangfang", "password": PASSWORD, "csrf_token": token})
        address = f"/tasks/{row.task_id}"
        # Fields that are there for some amounts come with the second page.
        data = posted(client.post(address, data=posted(client.get(address).text)).text)
        print(f"automatic saving, {FIELDS} fields")
        measure(client, address, data, "nothing else on screen changes")
        data["_frame"] = ""
        measure(client, address, data, "the form is shown again")
        engine.close()


if __name__ == "__main__":
    main()
