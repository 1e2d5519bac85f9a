"""The window: draws views, reports presses. It owns the main thread and sleeps until something happens.

X11 through SDL's software framebuffer: `display.init` and `freetype.init` alone, since `pygame.init` would bring
threads that wake 90 times a second, and SDL_FRAMEBUFFER_ACCELERATION=0, since a flip through a software GPU costs
13 ms instead of 0.2.
"""

import contextlib
import math
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("SDL_VIDEODRIVER", "x11")
os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
os.environ.setdefault("SDL_TOUCH_MOUSE_EVENTS", "0")
os.environ.setdefault("SDL_MOUSE_TOUCH_EVENTS", "0")
os.environ.setdefault("SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR", "0")

import pygame

from kiosk.pages import Article, FaceView, Home, Menu, NumberEntry, Page, Table
from kiosk.screen import Press, View
from screens import motion, sound
from screens.blocking import wait
from screens.compose import compose
from screens.motion import FRAME, Fade, Rise
from screens.paint import Painter, differences
from screens.preview import Preview
from screens.scene import Item, Key, Scene, Tab, Touch
from screens.voice import Voice

if TYPE_CHECKING:
    import trio

PRESS_SECONDS = 0.080
"""A pressed button looks pressed at least so long."""
TICK_SECONDS = 1.0
_BACKLOG = 16
"""Presses that wait for the kiosk; more are dropped."""


class NoDisplay(Exception):
    """There is no X server, or it gives no window."""


class Display:
    """One window. `run` belongs to the main thread; `show`, `next_press`, `attention` and `stop` to any other.

    Attributes:
        frames: Of the last page changes: seconds of work a frame, and how late it came.
    """

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
        self._size = size
        self._framed = framed
        self._reduce_motion = reduce_motion
        self._voice = voice
        self._said: tuple[str, ...] = ()
        self._lock = threading.Lock()
        self._pending: View | None = None
        self._last: Page | None = None
        self._begin_anew = False
        self._open = False
        self._ending = False
        self._token: trio.lowlevel.TrioToken | None = None
        self._send: trio.MemorySendChannel[Press] | None = None
        self._receive: trio.MemoryReceiveChannel[Press] | None = None
        self._when_round: Callable[[], None] | None = None
        self._early: deque[Press] = deque(maxlen=_BACKLOG)
        self.frames: deque[tuple[float, float]] = deque(maxlen=600)
        # The rest is the main thread's own.
        self._painter = Painter()
        self._view: View | None = None
        self._scene: Scene | None = None
        self._shown: list[Item] = []
        self._tab = 0
        self._tick = 0
        self._typed = ""
        self._preview: Preview | None = None
        self._next_tick: float | None = None
        self._pressed: Touch | None = None
        self._down_at = 0.0
        self._finger: int | None = None
        self._release_at: float | None = None
        self._focus: int | None = None
        self._motion: Fade | Rise | None = None
        self._next_frame = 0.0

    # For any thread

    def show(self, view: View) -> None:
        """Replace what is on the screen. Returns at once; a view that is overtaken by the next may never be drawn."""
        with self._lock:
            waiting, self._pending = self._pending, view
            # Asked here: a page between two of one number ends it even where it is never drawn.
            self._begin_anew |= not _same_number(self._last, view.page)
            self._last = view.page
            if waiting is None and self._open:
                pygame.event.post(pygame.event.Event(pygame.USEREVENT))

    async def next_press(self) -> Press:
        """Wait for the next press; from the one trio run that the display serves."""
        if self._receive is None:
            import trio

            self._send, self._receive = trio.open_memory_channel[Press](_BACKLOG)
            with self._lock:
                self._token = trio.lowlevel.current_trio_token()
            while self._early:
                self._push(self._early.popleft())
        return await self._receive.receive()

    def attention(self) -> None:
        """Make the sound that something is left behind or needs the citizen."""
        sound.beep()

    async def turned(self) -> None:
        """Wait until `run` has gone round its loop once more; from that trio run, one at a time."""
        import trio

        gone_round, token = trio.Event(), trio.lowlevel.current_trio_token()
        with self._lock:
            self._when_round = lambda: token.run_sync_soon(gone_round.set)
            if self._open:
                pygame.event.post(pygame.event.Event(pygame.USEREVENT))
        await gone_round.wait()

    def stop(self) -> None:
        """Let `run` return."""
        with self._lock:
            self._ending = True
            if self._open:
                pygame.event.post(pygame.event.Event(pygame.USEREVENT))

    # The main thread

    def open(self) -> None:
        """Open the window and draw what was shown last.

        Raises:
            NoDisplay: no X server.
        """
        # SDL turns both signals into its quit event, which wakes the loop; Python's own handler wouldn't.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if not self._framed:
            os.environ["SDL_VIDEO_WINDOW_POS"] = "0,0"
            os.environ["SDL_QUIT_ON_LAST_WINDOW_CLOSE"] = "0"  # No client of the display closes it; a signal does.
        try:
            pygame.display.init()
            self._screen = pygame.display.set_mode(self._size, 0 if self._framed else pygame.NOFRAME, 32)
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
            self._end_preview()
            pygame.display.quit()

    def _answer_round(self) -> None:
        with self._lock:
            answer, self._when_round = self._when_round, None
        if answer is not None:
            with contextlib.suppress(RuntimeError):  # The kiosk's run is over.
                answer()

    def _seconds_to_deadline(self) -> float | None:
        deadlines = [self._release_at, self._next_tick]
        if self._motion:
            deadlines.append(self._next_frame)
        elif self._preview is not None:
            deadlines.append(self._preview.next_look)
        soonest = min((d for d in deadlines if d is not None), default=None)
        return None if soonest is None else max(0.0, soonest - time.monotonic())

    def _meet_deadlines(self) -> None:
        now = time.monotonic()
        self._take_pending(now)
        if self._motion and now >= self._next_frame - 0.0005:
            self._step(now)
        elif self._preview is not None and self._motion is None and now >= self._preview.next_look:
            self._look(self._preview, now)
        if self._release_at is not None and now >= self._release_at:
            self._release_at = None
            self._press_look(None)
        if self._next_tick is not None and now >= self._next_tick:
            self._tick += 1
            # Seconds that nobody could see are not made up for.
            self._next_tick = max(self._next_tick + TICK_SECONDS, now)
            self._compose_again()

    # Views

    def _take_pending(self, now: float) -> None:
        with self._lock:
            view, self._pending = self._pending, None
            begin_anew, self._begin_anew = self._begin_anew, False
        if view is None:
            return
        if begin_anew:
            self._typed = ""
        before, self._view = self._view, view
        same_page = before is not None and _same_place(before, view)
        if not same_page:
            if before is None or not _same_reading(before.page, view.page):
                self._tab = 0
            self._tick, self._focus = 0, None
            self._pressed, self._release_at, self._finger = None, None, None
        self._finish_motion()
        scene = compose(view, self._size, tab=self._tab, tick=self._tick, typed=self._typed)
        if not same_page or self._scene is None or self._scene.live != scene.live:
            self._end_preview()
        self._next_tick = now + TICK_SECONDS if scene.ticking and not same_page else self._next_tick
        if not scene.ticking:
            self._next_tick = None
        self._speak(view, scene, same_page=same_page)
        old = self._scene
        if old is None or same_page or self._reduce_motion or old.scale != scene.scale:
            self._replace(scene)
        else:
            self._begin_motion(before, old, scene)
        if scene.live is not None and self._preview is None:
            self._preview = Preview(self._screen, self._painter.pixels(scene.live.rect), now)

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
        self._finish_motion()
        self._replace(compose(self._view, self._size, tab=self._tab, tick=self._tick, typed=self._typed))

    def _focused(self, scene: Scene) -> Touch | None:
        if self._focus is None:
            return None
        order = scene.focus_order()
        return order[self._focus % len(order)] if order else None

    def _replace(self, scene: Scene) -> None:
        """Draw a scene at once, where it differs."""
        old, self._scene = self._scene, scene
        if self._pressed is not None and self._pressed not in scene.touches:
            # The same button in its new state stays under the finger; another one in its place was never meant.
            same = (self._pressed.rect, self._pressed.answer)
            self._pressed = next((t for t in scene.touches if (t.rect, t.answer) == same), None)
        new_items = list(scene.drawn(self._pressed, self._focused(scene)))
        if old is None:
            self._painter.paint(self._screen, scene, new_items)
            pygame.display.flip()
        else:
            self._repaint(scene, differences(self._painter, old, scene, self._shown, new_items), new_items)
        self._shown = new_items

    def _repaint(self, scene: Scene, where: list[pygame.Rect], items: list[Item]) -> None:
        bounds = self._screen.get_rect()
        where = [rect.clip(bounds) for rect in where]
        for rect in where:
            self._painter.paint(self._screen, scene, items, rect)
        if where:
            pygame.display.update(where)

    # The camera's picture

    def _look(self, preview: Preview, now: float) -> None:
        """Show the newest picture, with what stands over it."""
        view, scene = self._view, self._scene
        assert view is not None
        assert isinstance(view.page, FaceView)
        assert scene is not None
        assert scene.live is not None
        if preview.look(view.page.live, now):
            self._painter.paint(self._screen, scene, scene.live.over, preview.where)
            pygame.display.update(preview.where)

    def _end_preview(self) -> None:
        """Draw the page over the last picture, in the window too, before anything else is done with either."""
        preview, self._preview = self._preview, None
        if preview is not None and self._scene is not None:
            preview.wipe()
            self._repaint(self._scene, [preview.where], self._shown)

    # Motion

    def _begin_motion(self, before: View | None, old: Scene, scene: Scene) -> None:
        items = list(scene.drawn(None, self._focused(scene)))
        where = differences(self._painter, old, scene, self._shown, items)
        bounds = self._screen.get_rect()
        where = [rect.clip(bounds) for rect in where]
        back = pygame.Surface(self._size, 0, 32)  # For this motion only: 8 MB that a page at rest does without.
        if where:
            back.blit(self._screen, (0, 0))
            for rect in where:
                self._painter.paint(back, scene, items, rect)
        self._scene, self._shown = scene, items
        now = time.monotonic()
        if scene.dialog is not None and (before is None or before.overlay is None):
            dialog = self._painter.pixels(scene.dialog)
            veil = pygame.Rect(0, 0, bounds.w, dialog.bottom)
            distance = motion.rise_distance(scene.scale)
            # The footer isn't veiled: the button that called the dialog stops looking pressed at once.
            footer = [rect.clip(0, veil.bottom, bounds.w, bounds.h - veil.bottom) for rect in where]
            for rect in footer:
                self._screen.blit(back, rect, rect)
            pygame.display.update(footer)
            self._motion = Rise(back, dialog, veil, distance, now)
        else:
            blocks = motion.differing(self._screen, back, where)
            now = time.monotonic()
            self._motion = Fade(back, where, blocks, motion.leading(scene.stage, scene.scale), now)
        self._next_frame = now
        self._step(now)

    def _step(self, now: float) -> None:
        assert self._motion is not None
        late = now - self._next_frame
        changed, last = self._motion.step(self._screen, now)
        if changed:
            pygame.display.update(changed)
        self.frames.append((time.monotonic() - now, late))
        self._next_frame = max(self._next_frame + FRAME, now)
        if last:
            self._motion = None

    def _finish_motion(self) -> None:
        if self._motion is not None:
            changed, _ = self._motion.step(self._screen, math.inf)
            self._motion = None
            pygame.display.update(changed)

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
        if self._finger is not None or self._scene is None:
            return
        self._finish_motion()
        self._finger = finger
        self._down_at = time.monotonic()
        self._release_at = None  # Of the press before: it would lift this one too.
        touch = self._scene.at(x / self._scene.scale, y / self._scene.scale)
        if self._focus is not None:
            self._focus = None
            self._refocus()
        self._press_look(touch)

    def _up(self, finger: int, x: float, y: float) -> None:
        if finger != self._finger or self._scene is None or self._view is None:
            return
        self._finger = None
        touch = self._pressed
        inside = touch is not None and touch.rect.holds(x / self._scene.scale, y / self._scene.scale)
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

    def _deliver(self, press: Press) -> None:
        with self._lock:
            if self._token is None:  # The kiosk has only begun to load: it gets the press when it is there.
                self._early.append(press)
                return
        try:
            self._token.run_sync_soon(self._push, press)
        except RuntimeError:  # The kiosk's run is over.
            self._ending = True

    def _push(self, press: Press) -> None:
        import trio

        assert self._send is not None
        # Where nobody listens, a press now would mean something else when it is heard.
        with contextlib.suppress(trio.WouldBlock):
            self._send.send_nowait(press)

    def _press_look(self, touch: Touch | None) -> None:
        """Draw what is pressed, and what no longer is."""
        scene, before = self._scene, self._pressed
        self._pressed = touch
        if scene is None or touch == before:
            return
        items = list(scene.drawn(touch, self._focused(scene)))
        where = [self._painter.pixels(t.rect).inflate(2, 2) for t in (before, touch) if t is not None]
        self._repaint(scene, where, items)
        self._shown = items

    # Keys

    def _key(self, event: pygame.Event) -> None:
        if self._scene is None or self._view is None:
            return
        self._finish_motion()
        order = self._scene.focus_order()
        back = event.key in (pygame.K_LEFT, pygame.K_UP) or (
            event.key == pygame.K_TAB and event.mod & pygame.KMOD_SHIFT
        )
        if back or event.key in (pygame.K_TAB, pygame.K_RIGHT, pygame.K_DOWN):
            if order:
                step = -1 if back else 1
                start = -1 if step > 0 else 0
                self._focus = ((start if self._focus is None else self._focus) + step) % len(order)
                self._refocus()
            self._deliver(Press(self._view.serial, None))
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE):
            self._fire(self._focused(self._scene))

    def _refocus(self) -> None:
        scene = self._scene
        assert scene is not None
        items = list(scene.drawn(self._pressed, self._focused(scene)))
        where = differences(self._painter, scene, scene, self._shown, items)
        self._repaint(scene, where, items)
        self._shown = items


def _same_number(before: Page | None, after: Page) -> bool:
    """Whether what was typed on one page still stands on the other."""
    return (
        isinstance(before, NumberEntry)
        and isinstance(after, NumberEntry)
        and (before.title, before.progress, before.problem) == (after.title, after.progress, after.problem)
        and (before.length, before.hidden) == (after.length, after.hidden)
    )


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
