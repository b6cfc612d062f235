"""Written sentences into templates, with every placeholder looked up."""

from manifests.codes import Code
from manifests.document import ActionPart
from manifests.parameters import ParameterSchema
from manifests.plan import Wording
from manifests.resolving.findings import Findings, Path
from manifests.wording import BadTemplate, Template, WordingTemplate, humanised, template


def wording_of(
    name: str, part: ActionPart, schema: ParameterSchema, path: Path, findings: Findings
) -> WordingTemplate:
    """Take an action's sentences apart; those nobody wrote are made from its name."""
    written = part.wording
    final = "This can be undone." if part.reversible else "This cannot be undone."
    sentences = {
        "headline": written.headline or _plain(f"{part.title or humanised(name)}?"),
        "if_approved": written.if_approved or "",
        "if_rejected": written.if_rejected or "",
        "undo": written.undo or _how_to_undo(part) or final,
    }
    made = {
        key: _template(text, schema, (*path, "wording", key), findings)
        for key, text in sentences.items()
    }
    label = written.approve_label or Wording(headline="").approve_label
    return WordingTemplate(approve_label=label, **made)


def _how_to_undo(part: ActionPart) -> str:
    return "" if part.rollback is None else _plain(part.rollback.how)


def _plain(text: str) -> str:
    """Keep the braces of a title from being read as placeholders."""
    return text.replace("{", "{{").replace("}", "}}")


def _template(text: str, schema: ParameterSchema, path: Path, findings: Findings) -> Template:
    try:
        return template(text, schema)
    except BadTemplate as error:
        findings.mistake(path, Code.BAD_TEMPLATE, str(error), error.hint)
        return Template(())
