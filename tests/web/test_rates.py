"""How many requests a client may make."""

import os
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.web.rates import Rate, Rates
from search_service.web.shared import Shared

# Python 3.12 and later warn where libraries have threads; a child here touches nothing of theirs.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


class Clock:
    def __init__(self, now=1000.0):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rates(clock):
    return Rates(clock)


def test_settings_are_read():
    assert Rate.read("600/minute") == Rate(600, 60)
    assert Rate.read("5/day") == Rate(5, 86_400)
    assert Rate.read("off") is None


def test_the_whole_quota_may_be_spent_at_once_and_comes_back_evenly(rates, clock):
    rate = Rate(10, 60)
    assert [rates.take("a", rate).remaining for _ in range(10)] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    refused = rates.take("a", rate)
    assert (refused.allowed, refused.remaining, refused.retry_after, refused.reset) == (False, 0, 6, 60)
    clock.now += 6
    assert rates.take("a", rate).allowed
    assert not rates.take("a", rate).allowed
    clock.now += 60
    assert rates.take("a", rate).remaining == 9


def test_a_refused_request_costs_nothing(rates, clock):
    rate = Rate(1, 10)
    rates.take("a", rate)
    for _ in range(5):
        clock.now += 1
        assert not rates.take("a", rate).allowed
    clock.now += 5
    assert rates.take("a", rate).allowed


def test_clients_do_not_share(rates):
    rate = Rate(1, 60)
    assert all(rates.take(name, rate).allowed for name in ("a", "b", "ک", "\ud800"))
    assert not rates.take("a", rate).allowed


def test_a_crowd_of_clients_shuts_nobody_out_and_needs_no_more_memory(rates):
    rate = Rate(2, 60)
    assert all(rates.take(str(number), rate).allowed for number in range(70_000))
    assert rates.take("someone", rate).allowed


@given(st.integers(1, 1000), st.sampled_from([1, 60, 3600]), st.lists(st.floats(0, 100), max_size=60))
def test_within_any_time_a_client_gets_its_quota_and_at_most_that_much_again(count, seconds, pauses):
    clock = Clock()
    rates, rate = Rates(clock), Rate(count, seconds)
    allowed = 0
    for pause in pauses:
        clock.now += pause
        account = rates.take("a", rate)
        assert 0 <= account.remaining < count
        assert 0 <= account.reset <= seconds + 1
        if not account.allowed:
            before = clock.now
            clock.now += account.retry_after
            assert rates.take("a", rate).allowed, "Retry-After is kept"
            allowed += 1
            assert clock.now - before >= 1
        allowed += account.allowed
    passed = clock.now - 1000.0
    assert allowed <= count + passed * count / seconds + 1


def test_all_processes_count_together():
    rates, rate = Rates(), Rate(100, 3600)
    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            os._exit(sum(rates.take("a", rate).allowed for _ in range(50)))
        children.append(child)
    allowed = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert sum(allowed) == 100
    assert not rates.take("a", rate).allowed


def test_the_lock_holds_against_processes_and_threads():
    shared, number = Shared(8), struct.Struct("q")

    def work():
        for _ in range(3000):
            with shared as memory:
                (value,) = number.unpack_from(memory)
                number.pack_into(memory, 0, value + 1)

    children = []
    for _ in range(3):
        child = os.fork()
        if not child:
            threads = [threading.Thread(target=work) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    assert number.unpack_from(shared.memory) == (18_000,)


def test_a_process_that_dies_inside_the_lock_lets_go_of_it():
    shared = Shared(8)
    child = os.fork()
    if not child:
        with shared as memory:
            memory[0] = 1
            os._exit(0)
    os.waitpid(child, 0)
    with shared as memory:
        assert memory[0] == 1


def test_shared_memory_is_given_back():
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None  # noqa: PTH208, PTH112
    if before is None:
        pytest.skip("this system does not tell")
    for _ in range(20):
        Rates()
    assert len(os.listdir("/proc/self/fd")) <= before + 2  # noqa: PTH208
