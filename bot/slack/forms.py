"""The form that Slack sends clicks in, taken apart quickly."""

from binascii import a2b_qp

_PAYLOAD = b"payload="
_UNUSUAL = (b"&", b"\r", b"\n")


def payload_of(form: bytes) -> str | None:
    """Decode a form that is one payload and nothing else; anything unusual gives None.

    A click carries the whole card, and `urllib` needs longer for its thousands of escapes than
    everything else about a click takes. Quoted-printable has the same escapes with another sign,
    and the standard library decodes it in C.
    """
    if not form.startswith(_PAYLOAD) or any(each in form for each in _UNUSUAL):
        return None
    value = form.removeprefix(_PAYLOAD).replace(b"=", b"%3D")
    decoded = a2b_qp(value.replace(b"+", b" ").replace(b"%", b"="))
    if len(decoded) != len(value) - 2 * value.count(b"%"):
        return None  # a sign of percent that begins no escape
    try:
        return decoded.decode()
    except UnicodeDecodeError:
        return None
