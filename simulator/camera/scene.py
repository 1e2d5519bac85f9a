"""What the camera sees: a lobby, and a hand holding a phone with a QR code. Drawn with Pillow."""

import functools
import io
import math

import qrcode
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

WIDTH, HEIGHT = 1280, 720
"""The picture's size, in pixels."""

VARIANTS = ("plain", "blur", "tilt", "glare", "far", "dark")
"""How well the code is held up."""

_PHONE = (340, 640)
_SKIN, _SLEEVE, _BODY, _GLASS = (224, 178, 150), (70, 92, 128), (24, 26, 31), (250, 251, 253)


def jpeg(code: str | None, variant: str = "plain", quality: int = 85) -> bytes:
    """The scene as a JPEG, with `code` held up or nothing there."""
    written = io.BytesIO()
    draw(code, variant).save(written, "JPEG", quality=quality)
    return written.getvalue()


def draw(code: str | None, variant: str = "plain") -> Image.Image:
    """The scene.

    Args:
        code: The text of the QR code on the phone; None: nobody is there.
        variant: One of `VARIANTS`.

    Raises:
        ValueError: No such variant.
    """
    if variant not in VARIANTS:
        raise ValueError(f"no such variant; there are {', '.join(VARIANTS)}")
    scene = _lobby().copy()
    if code is None:
        return scene
    phone = _phone(code, glare=variant == "glare")
    scale, angle = {"far": (0.52, 4.0), "tilt": (0.9, 24.0)}.get(variant, (0.98, -3.0))
    phone = phone.resize((round(phone.width * scale), round(phone.height * scale)), Image.Resampling.LANCZOS)
    if variant == "tilt":
        phone = _lean_back(phone)
    phone = phone.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    left, top = (WIDTH - phone.width) // 2, (HEIGHT - phone.height) // 2
    _arm(scene, (WIDTH // 2 + 40, HEIGHT // 2 + round(230 * scale)), scale)
    scene.paste(phone, (left, top), phone)
    _thumb(scene, (WIDTH // 2 + round(165 * scale), HEIGHT // 2 + round(150 * scale)), scale)
    if variant == "blur":
        scene = scene.filter(ImageFilter.GaussianBlur(3.2))
    if variant == "dark":
        scene = ImageEnhance.Brightness(scene).enhance(0.28)
    return scene


@functools.cache
def _lobby() -> Image.Image:
    """A wall, a window with daylight, a door, a floor; a little out of focus, as behind a near thing."""
    lobby = Image.new("RGB", (WIDTH, HEIGHT), (206, 209, 210))
    pen = ImageDraw.Draw(lobby)
    for y in range(HEIGHT):
        shade = 214 - round(40 * y / HEIGHT)
        pen.line([(0, y), (WIDTH, y)], fill=(shade, shade + 1, shade + 3))
    pen.rectangle((0, 560, WIDTH, HEIGHT), fill=(150, 143, 134))
    pen.rectangle((90, 70, 420, 380), fill=(232, 241, 248), outline=(120, 124, 128), width=10)
    pen.line([(255, 70), (255, 380)], fill=(120, 124, 128), width=8)
    pen.rectangle((930, 120, 1150, 570), fill=(128, 104, 84), outline=(96, 78, 62), width=8)
    pen.ellipse((952, 340, 976, 364), fill=(205, 190, 140))
    pen.rounded_rectangle((520, 110, 800, 200), 12, fill=(44, 82, 140))
    pen.rectangle((548, 140, 772, 150), fill=(226, 232, 242))
    pen.rectangle((548, 164, 700, 172), fill=(170, 188, 216))
    return lobby.filter(ImageFilter.GaussianBlur(5))


def _phone(code: str, *, glare: bool) -> Image.Image:
    width, height = _PHONE
    phone = Image.new("RGBA", _PHONE, (0, 0, 0, 0))
    pen = ImageDraw.Draw(phone)
    pen.rounded_rectangle((0, 0, width - 1, height - 1), 44, fill=_BODY)
    pen.rounded_rectangle((12, 12, width - 13, height - 13), 34, fill=_GLASS)
    pen.rounded_rectangle((width // 2 - 46, 22, width // 2 + 46, 40), 9, fill=_BODY)
    pen.rounded_rectangle((12, 60, width - 13, 120), 0, fill=(30, 108, 196))
    pen.rounded_rectangle((36, 82, 150, 98), 8, fill=(236, 243, 252))
    symbol = _symbol(code)
    side = width - 64
    size = side // symbol.width * symbol.width
    symbol = symbol.resize((size, size), Image.Resampling.NEAREST)
    phone.paste(symbol, ((width - size) // 2, 140 + (side - size) // 2))
    pen.rounded_rectangle((80, 470, width - 80, 482), 6, fill=(150, 158, 170))
    pen.rounded_rectangle((110, 500, width - 110, 510), 5, fill=(200, 206, 214))
    if glare:
        shine = Image.new("RGBA", _PHONE, (0, 0, 0, 0))
        ImageDraw.Draw(shine).polygon(
            [(200, 12), (328, 12), (328, 60), (60, 620), (12, 620), (12, 500)], fill=(255, 255, 255, 120)
        )
        shine = shine.filter(ImageFilter.GaussianBlur(18))
        shine.putalpha(Image.composite(shine.getchannel("A"), Image.new("L", _PHONE, 0), phone.getchannel("A")))
        phone = Image.alpha_composite(phone, shine)
    return phone


def _symbol(code: str) -> Image.Image:
    symbol = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=2, box_size=1)
    symbol.add_data(code)
    symbol.make(fit=True)
    return symbol.make_image().get_image().convert("RGB")


def _lean_back(phone: Image.Image) -> Image.Image:
    """The top edge further away: a perspective in which the top is a seventh narrower."""
    width, height = phone.size
    inset = width / 14
    coefficients = _perspective(
        [(inset, 0), (width - inset, 0), (width, height), (0, height)],
        [(0, 0), (width, 0), (width, height), (0, height)],
    )
    return phone.transform(phone.size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)


def _perspective(seen: list[tuple[float, float]], flat: list[tuple[float, float]]) -> list[float]:
    import numpy

    rows, values = [], []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(c) for c in numpy.linalg.solve(numpy.array(rows), numpy.array(values))]


def _arm(scene: Image.Image, wrist: tuple[int, int], scale: float) -> None:
    x, y = wrist
    pen = ImageDraw.Draw(scene)
    thick = round(150 * scale)
    end = (x + round(220 * scale), HEIGHT + thick)
    pen.line([(x, y), end], fill=_SKIN, width=thick)
    start = (x + round(110 * scale), y + round((end[1] - y) * 0.5))
    pen.line([start, end], fill=_SLEEVE, width=round(thick * 1.25))
    pen.ellipse((x - thick * 0.7, y - thick * 0.6, x + thick * 0.7, y + thick * 0.6), fill=_SKIN)


def _thumb(scene: Image.Image, tip: tuple[int, int], scale: float) -> None:
    pen = ImageDraw.Draw(scene)
    for finger in range(3):
        angle = math.radians(8 * finger)
        x = tip[0] + round(12 * scale * math.sin(angle))
        y = tip[1] + round(58 * scale * finger) - round(60 * scale)
        radius = round(23 * scale)
        pen.rounded_rectangle((x - radius, y - radius, x + round(70 * scale), y + radius), radius, fill=_SKIN)
