"""Repeated activities: a body that hosts the single instances."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.bpmn.elements import Loop
from engine.bpmn.runtime.behaviors.arming import arm_boundaries
from engine.bpmn.runtime.behaviors.base import Behavior
from engine.bpmn.runtime.expressions import evaluate, evaluate_boolean, evaluate_list
from engine.bpmn.runtime.scopes import storable
from engine.bpmn.runtime.tokens import Token
from engine.model.errors import ProcessError
from engine.model.values import Value, from_json

if TYPE_CHECKING:
    from engine.bpmn.runtime.step import Step

INSTANCE_LIMIT = 5_000
LOOP_LIMIT = 1_000_000
_OUTPUT_NAME = re.compile(r"[^\W\d]\w*(?=$|\.)")


def _loop(token: Token) -> Loop:
    if token.element.loop is None:
        raise AssertionError(f"{token.element.id} is not repeated")
    return token.element.loop


class _Body(Behavior):
    def wakes(self, host: Token, child: Token) -> bool:
        """Every instance that ends is looked at."""
        host.memo["done"] += 1
        return True

    def spawn(self, step: Step, body: Token, counter: int, values: dict[str, Value]) -> None:
        inner = step.enter(body.task_spec.process_spec.inner(body.element.id), body, counter=counter)
        step.scopes.set(inner.id, {**values, "loopCounter": Decimal(counter)})


class MultiInstanceBody(_Body):
    """One instance per item of a collection, all at once or one after the other; results in the order of the collection."""

    def enter(self, step: Step, token: Token) -> bool:
        loop = _loop(token)
        items = evaluate_list(loop.collection or "null", step.view(token), step.now)
        if len(items) > INSTANCE_LIMIT:
            raise ProcessError("too_many_instances", count=len(items), limit=INSTANCE_LIMIT)
        encoded = [storable(item, loop.item or "") for item in items]
        step.room_for(len(items) if loop.type == "parallel" else 1)
        token.memo.update(done=0, total=len(items), results=[None] * len(items) if loop.output_collection else [])
        if not items:
            self._publish(step, token, loop)
            return True
        arm_boundaries(step, token)
        if loop.type == "sequential":
            token.memo["items"] = encoded
            self._spawn_item(step, token, loop, 0, items[0])
        else:
            for index, item in enumerate(items):
                self._spawn_item(step, token, loop, index, item)
        return False

    def _spawn_item(self, step: Step, token: Token, loop: Loop, index: int, item: Value) -> None:
        own = _OUTPUT_NAME.match(loop.output_item or "")
        # The output element's variable belongs to the instance: parallel instances must not meet in one variable outside.
        values: dict[str, Value] = {own[0]: None} if own else {}
        self.spawn(step, token, index + 1, {**values, loop.item: item} if loop.item else values)

    def check(self, step: Step, token: Token) -> bool:
        loop, memo = _loop(token), token.memo
        if memo["done"] < memo["total"] and not memo.get("enough"):
            if loop.type == "sequential" and not any(True for _ in token.tokens()):
                self._spawn_item(step, token, loop, memo["done"], from_json(memo["items"][memo["done"]]))
            token.phase = "wait"
            return False
        for other in list(token.tokens()):
            step.cancel(other)
        self._publish(step, token, loop)
        return True

    def collect(self, step: Step, token: Token) -> None:
        """Keep the output element, then ask whether that was enough: both see the instance's own variables, as in Zeebe."""
        loop, memo = _loop(token), token.host.memo
        if loop.output_collection:
            value = evaluate(loop.output_item or "null", step.view(token), step.now)
            memo["results"][token.memo["counter"] - 1] = storable(value, loop.output_collection)
        if loop.completion is not None and evaluate_boolean(loop.completion, step.view(token, self._counts(loop, memo)), step.now):
            memo["enough"] = True

    def _counts(self, loop: Loop, memo: dict[str, Any]) -> dict[str, Value]:
        """What a completion condition sees beside variables, the instance that is about to leave counted as completed."""
        done, total = memo["done"] + 1, memo["total"]
        active = total - done if loop.type == "parallel" else 0
        counts = {"numberOfInstances": total, "numberOfActiveInstances": active, "numberOfCompletedInstances": done, "numberOfTerminatedInstances": 0}
        values: dict[str, Value] = {name: Decimal(count) for name, count in counts.items()}
        if loop.output_collection and loop.output_collection in (loop.completion or ""):  # decoded only where it may be asked for
            values[loop.output_collection] = [from_json(item) for item in memo["results"]]
        return values

    def _publish(self, step: Step, token: Token, loop: Loop) -> None:
        if loop.output_collection:
            step.scopes.propagate(token, {loop.output_collection: [from_json(item) for item in token.memo["results"]]}, own=False)


class LoopBody(_Body):
    """Again while the condition holds, at most `maximum` times."""

    def enter(self, step: Step, token: Token) -> bool:
        loop = _loop(token)
        token.memo["done"] = 0
        if loop.test_before and not self._again(step, token, loop):
            return True
        arm_boundaries(step, token)
        self.spawn(step, token, 1, {})
        return False

    def check(self, step: Step, token: Token) -> bool:
        if not self._again(step, token, _loop(token)):
            return True
        self.spawn(step, token, token.memo["done"] + 1, {})
        token.phase = "wait"
        return False

    def _again(self, step: Step, token: Token, loop: Loop) -> bool:
        if token.memo["done"] >= (loop.maximum if loop.maximum is not None else LOOP_LIMIT):
            return False
        return loop.condition is None or evaluate_boolean(loop.condition, step.view(token, {"loopCounter": Decimal(token.memo["done"])}), step.now)
