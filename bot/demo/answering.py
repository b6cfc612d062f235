"""How the demo's agent answers reviewers: in words, with a new step, or with another draft."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.demo.scene import Scene
from keyturn import Answer, Decision, Details, Question

REGENERATE = "regenerate"


def answer_to(question: Question, scene: Scene, parameters: Mapping[str, Any]) -> Answer:
    """Answer from the scene; a step that is to be made anew comes as changed parameters."""
    if question.category != REGENERATE or not question.about:
        return Answer(scene.answer)
    name, _, position = question.about.removeprefix("/").partition("/")
    steps = list(parameters.get(name, ()))
    if not position.isdecimal() or int(position) >= len(steps):
        return Answer("I cannot find that step any more.")
    wanted = question.text.partition(": ")[2] or question.text
    usual = f"{steps[int(position)]} ({wanted})"
    steps[int(position)] = scene.redone.get(question.about, usual)
    return Answer("I made this step anew.", {**parameters, name: steps})


def other_draft(decision: Decision, scene: Scene) -> Scene | None:
    """Give what to propose after a no, naming it, but only if whoever said no asked for it."""
    if not decision.wants_alternative or scene.otherwise is None:
        return None
    details: Details = {**scene.otherwise.details, "alternative_to": decision.id}
    return replace(scene.otherwise, details=details)
