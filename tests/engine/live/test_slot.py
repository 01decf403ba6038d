import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from pleinair.engine.live.slot import LatestSlot


def test_only_the_newest_is_kept_and_the_others_are_counted() -> None:
    slot: LatestSlot[int] = LatestSlot()
    for item in range(5):
        slot.put(item)
    assert slot.get_newer(0, timeout=0) == (5, 4)
    assert slot.replaced == 4
    assert slot.get_newer(5, timeout=0) is None


@given(st.lists(st.booleans(), max_size=60))
def test_every_item_is_read_or_replaced_or_still_there(reads: list[bool]) -> None:
    slot: LatestSlot[int] = LatestSlot()
    version, seen, put = 0, 0, 0
    for read in reads:
        if read:
            newer = slot.get_newer(version, timeout=0)
            if newer is not None:
                version, item = newer
                seen += 1
                assert item == put
        else:
            put += 1
            slot.put(put)
    waiting = 1 if slot.get_newer(version, timeout=0) else 0
    assert seen + slot.replaced + waiting == put


def test_a_waiting_reader_wakes_for_an_item_and_for_the_end() -> None:
    slot: LatestSlot[str] = LatestSlot()
    got: list[object] = []

    def read() -> None:
        got.append(slot.get_newer(0, timeout=5))
        got.append(slot.get_newer(1, timeout=5))

    thread = threading.Thread(target=read)
    thread.start()
    slot.put("picture")
    while len(got) < 1:
        time.sleep(0.001)
    slot.close()
    thread.join(2)
    assert got == [(1, "picture"), None]
    slot.put("late")
    assert slot.get_newer(0, timeout=0) is None
