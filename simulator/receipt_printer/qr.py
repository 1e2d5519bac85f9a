"""QR codes as the printer's firmware makes them."""


def modules(data: bytes, level: int) -> tuple[tuple[int, ...], ...]:
    """The symbol for `data`, row by row, 1 for black; `level` 48 to 51 as GS ( k counts L, M, Q, H."""
    from qrcode import constants
    from qrcode.main import QRCode

    levels = (
        constants.ERROR_CORRECT_L,
        constants.ERROR_CORRECT_M,
        constants.ERROR_CORRECT_Q,
        constants.ERROR_CORRECT_H,
    )
    code = QRCode(error_correction=levels[(level - 0x30) % 4], border=0)
    code.add_data(data)
    return tuple(tuple(int(bool(module)) for module in row) for row in code.get_matrix())
