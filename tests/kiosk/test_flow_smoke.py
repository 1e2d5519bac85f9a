from kiosk.pages import Answer, Done, Home, Instruct, PinEntry, Status


async def test_status(kiosk):
    await kiosk.until(Home)
    kiosk.insert("normal")
    await kiosk.until(PinEntry)
    await kiosk.type_pin("358269")
    page = await kiosk.until(Status)
    assert page.title.message == "您的卡可以看病买药"
    kiosk.press(Answer.FINISH)
    await kiosk.until(Instruct)
    kiosk.pull()
    await kiosk.until(Home)


async def test_change(kiosk):
    await kiosk.until(Home)
    kiosk.choose("change_pin")
    await kiosk.until(Instruct)
    kiosk.insert("normal")
    await kiosk.until(PinEntry)
    await kiosk.type_pin("358269")
    await kiosk.until(PinEntry, lambda p: p.rounds)
    await kiosk.type_pin("746108")
    await kiosk.until(PinEntry, lambda p: p.rounds and p.rounds[0].done)
    await kiosk.type_pin("746108")
    page = await kiosk.until(Done)
    assert len(page.take) == 2
    kiosk.press(Answer.FINISH)
    await kiosk.until(Instruct)
    kiosk.pull()
    await kiosk.until(Home)
    assert kiosk.operations() == ["done"]
