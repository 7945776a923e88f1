"""So many at work, so many waiting, the rest refused."""

import threading

import pytest

from search_service.errors import ServiceError
from search_service.web.gate import Gate


def test_places_are_given_and_given_back():
    gate = Gate(2, 0, 1.0)
    first = gate.enter()
    gate.enter()
    with pytest.raises(ServiceError) as caught:
        gate.enter()
    assert caught.value.code == "overloaded"
    gate.leave(first)
    gate.enter()


def test_who_would_wait_too_long_is_refused_at_once():
    now = [0.0]
    gate = Gate(2, 10, 0.5, lambda: now[0])
    for _ in range(100):
        taken = gate.enter()
        now[0] += 2.0
        gate.leave(taken)
    gate.enter()
    gate.enter()
    with pytest.raises(ServiceError, match="waiting already"):
        gate.enter()
    assert gate.waiting == 0


def test_who_waits_gets_a_place_in_the_order_of_asking():
    gate, entered = Gate(1, 3, 60.0), []
    place = gate.enter()

    def work(name):
        mine = gate.enter()
        entered.append(name)
        gate.leave(mine)

    threads = []
    for name in range(3):
        threads.append(threading.Thread(target=work, args=(name,)))
        threads[-1].start()
        while gate.waiting <= name:
            pass
    with pytest.raises(ServiceError):
        gate.enter()
    gate.leave(place)
    for thread in threads:
        thread.join()
    assert entered == [0, 1, 2]
    gate.enter()


def test_nobody_waits_for_ever():
    gate = Gate(1, 1, 0.01)
    place = gate.enter()
    with pytest.raises(ServiceError):
        gate.enter()
    assert gate.waiting == 0
    gate.leave(place)
    gate.enter()


def test_never_more_are_at_work_than_there_are_places():
    gate, lock = Gate(3, 50, 60.0), threading.Lock()
    at_work, most = 0, 0

    def work():
        nonlocal at_work, most
        for _ in range(20):
            place = gate.enter()
            with lock:
                at_work += 1
                most = max(most, at_work)
            with lock:
                at_work -= 1
            gate.leave(place)

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert at_work == 0
    assert 1 <= most <= 3
    for _ in range(3):
        gate.enter()
