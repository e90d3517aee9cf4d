"""A broker that says nothing is asked, once, while somebody looks; one that does not answer is lost until it does."""

from __future__ import annotations

from player.office.web.live.broker_watch import LinkNews, SilenceJudge, WatchStep, WatchTiming

TIMING = WatchTiming(look_s=0.25, ask_after_s=1.0, answer_s=1.3)


def steps(
    judge: SilenceJudge, heard_mono: float, until: float, begins: float = 0.0, *, watched: bool = True
) -> list[str]:
    """What is due at each look, with its moment; nothing for those at which nothing is."""
    found, mono = [], begins
    while mono <= until:
        step = judge.judge(heard_mono, mono, watched=watched)
        if step is not WatchStep.WAIT:
            found.append(f"{mono:g} {step}")
        mono += TIMING.look_s
    return found


def test_a_broker_that_froze_is_asked_once_and_then_lost() -> None:
    """Within three seconds, wherever the looks fall; however long it is silent, no second question goes out."""
    assert steps(SilenceJudge(TIMING), 0.0, 600.0) == ["1 ask", "2.5 silent"]
    for shift in (0.01, 0.1, 0.24):
        said = steps(SilenceJudge(TIMING), 0.0, 10.0, begins=shift)
        assert [each.split()[1] for each in said] == ["ask", "silent"]
        assert float(said[1].split()[0]) + TIMING.look_s < 3.0


def test_a_broker_that_answers_is_asked_again_only_after_another_silence() -> None:
    """One question a second at most; none while panels talk."""
    judge = SilenceJudge(TIMING)
    assert steps(judge, 0.0, 1.0) == ["1 ask"]
    assert steps(judge, 1.05, 2.0, begins=1.25) == []
    assert steps(judge, 1.05, 2.25, begins=2.25) == ["2.25 ask"]
    for second in range(3, 60):
        assert judge.judge(second - 0.1, float(second), watched=True) is WatchStep.WAIT


def test_a_slow_broker_is_back_with_its_first_word() -> None:
    """The session is the same one; a new silence is a new question."""
    judge = SilenceJudge(TIMING)
    steps(judge, 0.0, 5.0)
    assert judge.silent
    assert steps(judge, 4.9, 5.5, begins=5.25) == ["5.25 answered"]
    assert not judge.silent
    assert steps(judge, 4.9, 60.0, begins=6.0) == ["6 ask", "7.5 silent"]


def test_nobody_looks_so_nobody_asks() -> None:
    """An office at night costs no traffic; what was asked before the page was closed is judged all the same."""
    assert steps(SilenceJudge(TIMING), 0.0, 3600.0, watched=False) == []
    judge = SilenceJudge(TIMING)
    steps(judge, 0.0, 1.0)
    assert steps(judge, 0.0, 5.0, begins=1.25, watched=False) == ["2.5 silent"]


def test_a_computer_that_slept_asks_before_it_judges() -> None:
    """Hours without a look are no silence of the broker."""
    judge = SilenceJudge(TIMING)
    assert judge.judge(0.0, 0.5, watched=True) is WatchStep.WAIT
    assert judge.judge(0.0, 20_000.0, watched=True) is WatchStep.ASK
    assert judge.judge(20_000.1, 20_000.25, watched=True) is WatchStep.WAIT


def test_a_new_session_begins_anew() -> None:
    """What the old one was asked is nobody's question."""
    judge = SilenceJudge(TIMING)
    steps(judge, 0.0, 5.0)
    judge.begin()
    assert not judge.silent
    assert steps(judge, 5.0, 5.75, begins=5.0) == []


def test_pages_are_counted() -> None:
    """The last one that is closed ends the watching."""
    link = LinkNews()
    with link.watching():
        with link.watching():
            assert link.watched
        assert link.watched
    assert not link.watched
