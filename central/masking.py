"""What may be shown of a person to somebody who only has to recognise them."""


def masked_name(name: str) -> str:
    """张*: how long the rest is, isn't told."""
    return f"{name[:1]}*"


def masked_number(number: str) -> str:
    """110***********001X."""
    return f"{number[:3]}{'*' * max(len(number) - 7, 1)}{number[-4:]}"
