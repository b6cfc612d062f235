"""The form that Slack sends clicks in, taken apart quickly."""

import re
from binascii import a2b_qp

_PAYLOAD = b"payload="
_UNUSUAL = re.compile(rb"[&\r\n]|%(?![0-9A-Fa-f]{2})")


def payload_of(form: bytes) -> str | None:
    """Decode a form that is one payload and nothing else; anything unusual gives None.

    A click carries the whole card, and `urllib` needs longer for its thousands of escapes than
    everything else about a click takes. Quoted-printable has the same escapes with another sign,
    and the standard library decodes it in C.
    """
    if not form.startswith(_PAYLOAD) or _UNUSUAL.search(form):
        return None
    value = form.removeprefix(_PAYLOAD).replace(b"=", b"%3D")
    try:
        return a2b_qp(value.replace(b"+", b" ").replace(b"%", b"=")).decode()
    except UnicodeDecodeError:
        return None
