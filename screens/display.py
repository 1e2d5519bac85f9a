"""The window: draws views, reports presses. It owns the main thread and sleeps until something happens.

X11 through SDL's software framebuffer: `display.init` and `freetype.init` alone, since `pygame.init` would bring
threads that wake 90 times a second, and SDL_FRAMEBUFFER_ACCELERATION=0, since a flip through a software GPU costs
13 ms instead of 0.2.
"""

import os
import time

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("SDL_VIDEODRIVER", "x11")
os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
os.environ.setdefault("SDL_TOUCH_MOUSE_EVENTS", "0")
os.environ.setdefault("SDL_MOUSE_TOUCH_EVENTS", "0")
os.environ.setdefault("SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR", "0")

import pygame

from kiosk.pages import Article, FaceView, Home, Menu, NumberEntry, Page, Table
from kiosk.screen import Press, View
from screens import tones
from screens.blocking import wait
from screens.canvas import Canvas
from screens.compose import compose
from screens.crossing import Crossing
from screens.ending import EndingSignals, overlook_x_errors
from screens.scene import Key, Scene, Tab, Touch
from screens.voice import Voice

PRESS_SECONDS = 0.080
"""A pressed button looks pressed at least so long."""
TICK_SECONDS = 1.0


class NoDisplay(Exception):
    """There is no X server, or it gives no window."""


class Display(Crossing):
    """One window. `run` belongs to the main thread; `show`, `next_press`, `sound` and `stop` to any other."""

    def __init__(
        self,
        size: tuple[int, int],
        *,
        framed: bool = False,
        reduce_motion: bool = False,
        voice: Voice | None = None,
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            size: Width and height in pixels; the screen's own, or smaller in a window.
            framed: A window that can be moved and closed, on a desktop.
            reduce_motion: No fades: every change at once.
            voice: What reads pages aloud to those who ask for it.
        """
        super().__init__()
        self._size = size
        self._framed = framed
        self._reduce_motion = reduce_motion
        self._voice = voice
        # The rest is the main thread's own.
        self._signals = EndingSignals(self.stop)
        self._canvas: Canvas
        self._said: tuple[str, ...] = ()
        self._view: View | None = None
        self._tab = 0
        self._tick = 0
        self._typed = ""
        self._next_tick: float | None = None
        self._down_at = 0.0
        self._finger: int | None = None
        self._release_at: float | None = None

    async def sound(self, *, aloud: bool) -> bool:
        """Make the sound that something is left behind or needs the citizen; see `kiosk.screen`."""
        import trio

        return await trio.to_thread.run_sync(tones.play if aloud else tones.can_play, abandon_on_cancel=True)

    # The main thread

    def open(self) -> None:
        """Open the window and draw what was shown last.

        Raises:
            NoDisplay: no X server.
        """
        self._signals.catch()
        if not self._framed:
            os.environ["SDL_VIDEO_WINDOW_POS"] = "0,0"
            os.environ["SDL_QUIT_ON_LAST_WINDOW_CLOSE"] = "0"  # No client of the display closes it; a signal does.
        try:
            pygame.display.init()
            self._draw_on(pygame.display.set_mode(self._size, 0 if self._framed else pygame.NOFRAME, 32))
        except pygame.error as error:
            raise NoDisplay(f"{error}; DISPLAY is {os.environ.get('DISPLAY') or 'not set'}") from None
        if not self._framed:
            pygame.mouse.set_visible(False)
        pygame.display.set_caption("kiosk")
        pygame.event.set_blocked((pygame.MOUSEMOTION, pygame.FINGERMOTION, pygame.TEXTINPUT, pygame.KEYUP))
        with self._lock:
            self._open = True
        self._take_pending(time.monotonic())

    def run(self) -> None:
        """Serve the window until `stop`, or until it is closed."""
        if not self._open:
            self.open()
        try:
            while not self._ending:
                wait(self._seconds_to_deadline())
                for event in pygame.event.get():
                    if event.type == pygame.QUIT:
                        return
                    self._handle(event)
                self._meet_deadlines()
                self._answer_round()
        finally:
            with self._lock:
                self._open = False
            if self._voice is not None:
                self._voice.stop()
            self._canvas.end_preview()
            overlook_x_errors()
            pygame.display.quit()
            self._signals.release()

    def _draw_on(self, surface: pygame.Surface) -> None:
        self._canvas = Canvas(surface)

    def _seconds_to_deadline(self) -> float | None:
        deadlines = [self._release_at, self._next_tick, self._canvas.next_look]
        soonest = min((d for d in deadlines if d is not None), default=None)
        return None if soonest is None else max(0.0, soonest - time.monotonic())

    def _meet_deadlines(self) -> None:
        now = time.monotonic()
        self._take_pending(now)
        page = None if self._view is None else self._view.page
        self._canvas.go_on(now, page.live if isinstance(page, FaceView) else None)
        if self._release_at is not None and now >= self._release_at:
            self._release_at = None
            self._canvas.press(None)
        if self._next_tick is not None and now >= self._next_tick:
            self._tick += 1
            # Seconds that nobody could see are not made up for.
            self._next_tick = max(self._next_tick + TICK_SECONDS, now)
            self._compose_again()

    # Views

    def _take_pending(self, now: float) -> None:
        view, begin_anew = self._taken()
        if view is None:
            return
        if begin_anew:
            self._typed = ""
        canvas, before, self._view = self._canvas, self._view, view
        same_page = before is not None and _same_place(before, view)
        if not same_page:
            if before is None or not _same_reading(before.page, view.page):
                self._tab = 0
            self._tick, canvas.focus = 0, None
            canvas.pressed, self._release_at, self._finger = None, None, None
        canvas.finish_motion()
        scene = compose(view, self._size, tab=self._tab, tick=self._tick, typed=self._typed)
        old = canvas.scene
        if not same_page or old is None or old.live != scene.live:
            canvas.end_preview()
        self._next_tick = now + TICK_SECONDS if scene.ticking and not same_page else self._next_tick
        if not scene.ticking:
            self._next_tick = None
        self._speak(view, scene, same_page=same_page)
        if old is None or same_page or self._reduce_motion or old.scale != scene.scale:
            canvas.replace(scene)
        else:
            canvas.begin_motion(scene, rising=before is None or before.overlay is None)
        canvas.begin_preview(now)

    def _speak(self, view: View, scene: Scene, *, same_page: bool) -> None:
        """Say what changed for those who asked for the voice; a countdown isn't read again and again."""
        said = scene.speech if view.preferences.voice else ()
        if self._voice is None or said == self._said:
            return
        news = tuple(line for line in said if line not in self._said) if same_page else said
        self._said = said
        if news or not said:
            self._voice.say(news, view.preferences.language)

    def _compose_again(self) -> None:
        if self._view is None:
            return
        self._canvas.finish_motion()
        self._canvas.replace(compose(self._view, self._size, tab=self._tab, tick=self._tick, typed=self._typed))

    # Presses

    def _handle(self, event: pygame.Event) -> None:
        match event.type:
            case pygame.MOUSEBUTTONDOWN if event.button == 1:
                self._down(-1, event.pos[0], event.pos[1])
            case pygame.MOUSEBUTTONUP if event.button == 1:
                self._up(-1, event.pos[0], event.pos[1])
            case pygame.FINGERDOWN:
                self._down(event.finger_id, event.x * self._size[0], event.y * self._size[1])
            case pygame.FINGERUP:
                self._up(event.finger_id, event.x * self._size[0], event.y * self._size[1])
            case pygame.KEYDOWN:
                self._key(event)
            case pygame.WINDOWEXPOSED:
                pygame.display.flip()

    def _down(self, finger: int, x: float, y: float) -> None:
        canvas, scene = self._canvas, self._canvas.scene
        if self._finger is not None or scene is None:
            return
        canvas.finish_motion()
        self._finger = finger
        self._down_at = time.monotonic()
        self._release_at = None  # Of the press before: it would lift this one too.
        touch = scene.at(x / scene.scale, y / scene.scale)
        if canvas.focus is not None:
            canvas.focus = None
            canvas.refocus()
        canvas.press(touch)

    def _up(self, finger: int, x: float, y: float) -> None:
        scene = self._canvas.scene
        if finger != self._finger or scene is None or self._view is None:
            return
        self._finger = None
        touch = self._canvas.pressed
        inside = touch is not None and touch.rect.holds(x / scene.scale, y / scene.scale)
        self._fire(touch if inside else None)
        # A short tap is seen as pressed all the same.
        self._release_at = self._down_at + PRESS_SECONDS

    def _fire(self, touch: Touch | None) -> None:
        assert self._view is not None
        answer = touch.answer if touch else None
        if isinstance(answer, Tab):
            self._tab = answer.index
            self._compose_again()
            answer = None
        elif isinstance(answer, Key):
            assert isinstance(self._view.page, NumberEntry)
            self._typed = answer.after(self._typed, self._view.page.length)
            self._compose_again()
            answer = None
        self._deliver(Press(self._view.serial, answer))

    # Keys

    def _key(self, event: pygame.Event) -> None:
        canvas, scene = self._canvas, self._canvas.scene
        if scene is None or self._view is None:
            return
        canvas.finish_motion()
        order = scene.focus_order()
        back = event.key in (pygame.K_LEFT, pygame.K_UP) or (
            event.key == pygame.K_TAB and event.mod & pygame.KMOD_SHIFT
        )
        if back or event.key in (pygame.K_TAB, pygame.K_RIGHT, pygame.K_DOWN):
            if order:
                step = -1 if back else 1
                start = -1 if step > 0 else 0
                canvas.focus = ((start if canvas.focus is None else canvas.focus) + step) % len(order)
                canvas.refocus()
            self._deliver(Press(self._view.serial, None))
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE):
            self._fire(canvas.focused)


def _same_reading(before: Page, after: Page) -> bool:
    """Whether somebody goes on where they were in long content, through a dialog or in another language."""
    return isinstance(after, Article | Menu | Table) and before == after


def _same_place(before: View, after: View) -> bool:
    """Whether only details changed: drawn at once, without a fade."""
    return (
        type(before.page) is type(after.page)
        and type(before.overlay) is type(after.overlay)
        and before.page.title == after.page.title
        and (isinstance(after.page, Home) or before.page.progress == after.page.progress)
        and before.preferences == after.preferences
    )
