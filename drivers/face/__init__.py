"""Compares the face before the camera with one photo on record, 1:1; the result is evidence, never a decision.

Two processes of their own do it, started when a page needs them and gone after. `lens` opens the camera and puts each
picture into memory that three share (`frames`): the kiosk shows it as a preview at the camera's own pace, `worker`
takes the newest when it is ready for one. They are two because computing a face's vector holds Python's lock for
80 ms: in one process the preview would stutter. `guidance`, `liveness` and `course` are pure; `session` is the near
end.

Nothing is imported here: the processes must not carry what only the near end needs.
"""
