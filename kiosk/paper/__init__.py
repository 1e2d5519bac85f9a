"""Whole sheets: what is printed on A4, as PDF. The words are the kiosk's, the setting is Typst's."""
