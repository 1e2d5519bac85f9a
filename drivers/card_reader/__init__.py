"""The card reader and the social security card in it.

`reader.open_card_reader` gives a `CardReader`; its `connect` gives a `CardTransport`; `session.SocialCard` speaks to
the card through that. `slot` holds the two protocols, so that a card without a reader can take their place.
"""
