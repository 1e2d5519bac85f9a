"""The staff's desk: what waits for a person of the bureau, as a page and as an API, behind a door of its own."""
