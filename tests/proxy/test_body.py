import pytest

from chaos.proxy import body
from chaos.proxy.body import BadBody


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"Name": "x", "UPSTREAM": 1}', {"name": "x", "upstream": 1}),
        (b'{"a": 1, "A": 2}', {"a": 2}),
        (b'{"a": {"B": null}} trailing }{', {"a": {"b": None}}),
        (b"  null", None),
        (b"\xef\xbb\xbf[1]", [1]),
        (b'"\xff"', "�"),
    ],
)
def test_the_first_value_is_read_with_keys_in_any_case(raw, value):
    assert body.decode(raw) == value


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (b"", "EOF"),
        (b" \n ", "EOF"),
        (b'{"name":', "unexpected EOF"),
        (b'{"name":"x', "unexpected EOF"),
        (b"[1, 2", "unexpected EOF"),
        (b"x", "expecting value at character 1"),
        (b"NaN", "invalid character 'N' looking for beginning of value"),
        (b'{"a": -Infinity}', "invalid character '-' looking for beginning of value"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_json_is_told_in_toxiproxys_words(raw, detail):
    with pytest.raises(BadBody) as caught:
        body.decode(raw)
    assert str(caught.value) == detail


def test_a_number_of_thousands_of_digits_is_refused_not_computed():
    with pytest.raises(BadBody):
        body.decode(b'{"latency": ' + b"9" * 10_000 + b"}")


@pytest.mark.parametrize("value", [True, "100", 100.5, 1 << 63, [], {}, float("1e30")])
def test_only_whole_numbers_of_64_bits_are_integers(value):
    with pytest.raises(BadBody):
        body.int64(value, "latency")


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (lambda fields: body.string(fields, "key"), 8080),
        (lambda fields: body.boolean(fields, "key"), "yes"),
        (lambda fields: body.boolean(fields, "key"), 1),
        (lambda fields: body.number(fields, "key", 1.0), "1"),
        (lambda fields: body.number(fields, "key", 1.0), True),
        (lambda fields: body.as_object(fields["key"], "it"), []),
    ],
)
def test_types_are_strict_and_null_is_absent(reader, value):
    with pytest.raises(BadBody):
        reader({"key": value})
    reader({"key": None})
