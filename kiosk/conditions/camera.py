"""The camera, and what looks at its pictures."""

from kiosk.conditions.condition import Condition
from kiosk.text import T

CAMERA_GONE = Condition(
    id="camera.gone",
    title=T("摄像头没有画面"),
    cause=T("上一次要用的时候，摄像头没有新画面。"),
    remedy=T("检查摄像头的线；看看 [camera] source；看看是不是有人给它放录像。"),
    closes="e_card face",
)
FACE_FAILED = Condition(
    id="face.failed",
    title=T("人脸比对程序不工作"),
    cause=T("比对人脸的程序起不来，或者中途断了。"),
    remedy=T("在日志里找 face.process_ended；重装软件包。程序每几分钟自己再试。"),
    closes="face",
)
