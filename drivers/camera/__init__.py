"""The camera that reads codes which citizens hold up.

It works in a process of its own (`worker`), started when a page needs it and gone after: OpenCV costs memory
that the home page doesn't need. What it sees comes over a pipe (`protocol`) to `session.open_camera`.

Nothing is imported here: the process must not carry what only the near end needs.
"""
