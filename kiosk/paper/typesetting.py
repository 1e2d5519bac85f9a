"""Sets a certificate: PDF/A with text that can be selected, its fonts within it as subsets.

As a process (`python -m kiosk.paper.typesetting`) it reads what the certificate says from standard input, writes the
PDF to standard output, and ends: see `kiosk.paper.typesetter`.
"""

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import typst

_TEMPLATE: Final = Path(__file__).with_name("certificate.typ")
_FONTS: Final = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/hanazono")
"""Debian's fonts-noto-cjk, and fonts-hanazono for the rare characters of names."""
_STANDARD: Final = "a-2a"
"""PDF/A-2a (ISO 19005-2): fonts within, text that can be read out; it opens the same in thirty years."""
_MEMORY_BYTES: Final = 4 << 30
"""Of address space: threads reserve much of it. Some 110 MB are used."""
_CPU_SECONDS: Final = 30


def set_certificate(words: bytes) -> bytes:
    """The PDF of what `kiosk.paper.certificate` wrote; takes 0.1 s of one core, the first of a process 0.6 s."""
    import typst

    pdf = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"sheet": words.decode()},
        pdf_standards=[_STANDARD],
    )
    assert isinstance(pdf, bytes), "one document was asked for"
    return pdf


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(_FONTS))


def main() -> None:
    """Serve once."""
    from drivers.face.confinement import confine

    confine(memory_bytes=_MEMORY_BYTES, cpu_seconds=_CPU_SECONDS)
    sys.stdout.buffer.write(set_certificate(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
