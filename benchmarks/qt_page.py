"""The baseline: the kiosk's home page as a Qt widgets program from the published package, with nothing behind it.

`python benchmarks/qt_page.py` (a page that changes its language), or with `change` (pages that fade one into another;
prints what it cost as JSON). Runs in an environment of its own and imports nothing of the kiosk's.
"""

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

ICONS = Path(__file__).parent.parent / "screens" / "icons"
SIZE = (1080, 1920)
FADE_SECONDS = 0.160
FRAME_SECONDS = 1 / 60
CHANGES = 40

STYLE = """
QWidget#page { background: #F4F3EE; }
QWidget#stage { background: #0E4565; }
QLabel { font-family: "Noto Sans CJK SC"; color: #14232C; }
QLabel#title { color: white; font-size: 92px; font-weight: bold; }
QLabel#subtitle { color: #DCEAF1; font-size: 40px; }
QLabel#group { font-size: 44px; font-weight: bold; }
QPushButton { font-family: "Noto Sans CJK SC"; font-size: 44px; font-weight: bold; color: #14232C; background: white;
  border: 2px solid #72828B; border-bottom: 8px solid #A9BBC5; border-radius: 24px; padding: 24px; }
QPushButton:pressed { background: #E2EDF3; border-bottom: 2px solid #72828B; }
"""
WORDS = {
    "zh": ("请插入社保卡", "不知道办哪一项？插卡后，机器会告诉您卡能不能用。", "修改密码", "查卡状态", "扫码查状态"),
    "en": ("Insert your card", "Not sure what you need? The machine will tell.", "Change PIN", "Status", "By code"),
}
FOOTER = (("exit", "退出"), ("call-staff", "叫工作人员"), ("language", "English"), ("accessibility", "大字语音"))


class Page(QWidget):
    """Stage, three tiles in two groups, four footer buttons: where the kiosk has them."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedSize(*SIZE)
        self._language = "zh"
        stage = QWidget(objectName="stage")
        stage.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        stage.setFixedHeight(572)
        self.title, self.subtitle = QLabel(objectName="title"), QLabel(objectName="subtitle", wordWrap=True)
        words = QVBoxLayout(stage)
        words.setContentsMargins(72, 120, 72, 72)
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        self.tiles = [_button("change-pin", 120), _button("status", 120), _button("qr", 160)]
        grid = QGridLayout()
        grid.setContentsMargins(72, 24, 72, 24)
        grid.setSpacing(24)
        grid.addWidget(QLabel("带着社保卡", objectName="group"), 0, 0, 1, 2)
        for column, tile in enumerate(self.tiles[:2]):
            tile.setFixedHeight(400)
            grid.addWidget(tile, 1, column)
        grid.addWidget(QLabel("没带卡", objectName="group"), 2, 0, 1, 2)
        self.tiles[2].setFixedHeight(240)
        grid.addWidget(self.tiles[2], 3, 0, 1, 2)
        grid.setRowStretch(4, 1)
        footer = QHBoxLayout()
        footer.setContentsMargins(72, 24, 72, 24)
        footer.setSpacing(16)
        for icon, name in FOOTER:
            button = _button(icon, 52)
            button.setText(name)
            button.setFixedHeight(128)
            button.setStyleSheet("font-size: 34px; padding: 4px;")
            if icon == "language":
                button.clicked.connect(self.change_language)
            footer.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(stage)
        column.addLayout(grid, 1)
        column.addLayout(footer)
        self.speak()

    def change_language(self) -> None:
        """As a press on the footer does."""
        self._language = "en" if self._language == "zh" else "zh"
        self.speak()

    def speak(self) -> None:
        """Put the words of the language on the page."""
        title, subtitle, *names = WORDS[self._language]
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        for tile, name in zip(self.tiles, names, strict=True):
            tile.setText(name)


class Fading(QWidget):
    """Two finished pages, one drawn over the other: Qt's cheapest way to change pages gently."""

    def __init__(self, pictures: list[QPixmap]) -> None:
        super().__init__()
        self.setFixedSize(*SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._pictures = pictures
        self._share = 1.0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=16)
        self._timer.timeout.connect(self._step)
        self._left = CHANGES
        self._due = self._cpu = self._wall = 0.0
        self.work: list[float] = []
        self.late: list[float] = []
        self.cpu: list[tuple[float, float]] = []

    def change(self) -> None:
        """Begin the next fade; end after the last."""
        if self._left == 0:
            QApplication.quit()
            return
        self._left -= 1
        self._pictures.reverse()
        self._share = 0.0
        self._clock.start()
        self._due = time.monotonic()
        self._cpu, self._wall = time.process_time(), time.monotonic()
        self._timer.start()
        self._step()

    def _step(self) -> None:
        now = time.monotonic()
        self.late.append(now - self._due)
        self._due = max(self._due + FRAME_SECONDS, now)
        self._share = min(1.0, self._clock.elapsed() / 1000 / FADE_SECONDS)
        self.repaint()
        self.work.append(time.monotonic() - now)
        if self._share == 1.0:
            self._timer.stop()
            self.cpu.append((time.process_time() - self._cpu, time.monotonic() - self._wall))
            QTimer.singleShot(300, self.change)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw one over the other."""
        with QPainter(self) as painter:
            if self._share < 1:
                painter.drawPixmap(0, 0, self._pictures[1])
            painter.setOpacity(self._share)
            painter.drawPixmap(0, 0, self._pictures[0])


def _button(icon: str, size: int) -> QPushButton:
    button = QPushButton()
    button.setIcon(QIcon(str(ICONS / f"{icon}.svg")))
    button.setIconSize(QSize(size, size))
    return button


def main(what: str) -> None:
    application = QApplication([])
    application.setStyleSheet(STYLE)
    page = Page()
    if what == "home":
        page.show()
        application.exec()
        return
    before = page.grab()
    page.change_language()
    fading = Fading([before, page.grab()])
    fading.show()
    QTimer.singleShot(500, fading.change)
    application.exec()
    print(json.dumps({"work": fading.work, "late": fading.late, "cpu": fading.cpu}), flush=True)
    os._exit(0)  # PySide6 6.12 under Python 3.11 aborts while it is taken down.


if __name__ == "__main__":
    main(*sys.argv[1:] or ["home"])
