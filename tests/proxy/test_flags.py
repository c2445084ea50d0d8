import pytest

from chaos.proxy.flags import BadFlag, HelpWanted, parse


def test_one_dash_or_two_and_both_ways_of_giving_a_value():
    flags = parse(
        [
            "-host",
            "::1",
            "--port=0",
            "-proxy-metrics",
            "--runtime-metrics=false",
            "-seed=-7",
            "--config",
            "x",
            "-busy-poll",
            "50",
        ]
    )
    assert (flags.host, flags.port, flags.config, flags.seed) == ("::1", "0", "x", -7)
    assert flags.busy_poll == 50
    assert (flags.proxy_metrics, flags.runtime_metrics) == (True, False)


def test_flags_end_at_the_first_other_word():
    assert parse(["-port", "1", "extra", "-nonsense"]).port == "1"
    assert parse(["--", "-nonsense"]).port == "8474"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-nonsense"], "flag provided but not defined: -nonsense"),
        (["-ready_fd=1"], "flag provided but not defined: -ready_fd"),
        (["-port"], "flag needs an argument: -port"),
        (["-seed", "x"], 'invalid value "x" for flag -seed: parse error'),
        (["-seed", "99999999999999999999"], 'invalid value "99999999999999999999" for flag -seed: value out of range'),
        (["-version=perhaps"], 'invalid boolean value "perhaps" for -version: parse error'),
        (["---port"], "bad flag syntax: ---port"),
        (["-=x"], "bad flag syntax: -=x"),
    ],
)
def test_mistakes_are_told_in_gos_words(words, message):
    with pytest.raises(BadFlag) as caught:
        parse(words)
    assert str(caught.value) == message


@pytest.mark.parametrize("word", ["-h", "-help", "--help"])
def test_help(word):
    with pytest.raises(HelpWanted):
        parse([word])
