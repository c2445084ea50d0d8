"""§16: which tests check each item of the conformance checklist; and that the table of differences is in use."""

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent

CHECKLIST = {
    1: "proxies::create_refuses proxies::create_checks_body_then_fields_then_the_name_then_the_port"
    " transport::nothing_and_half_of_something transport::something_else",
    2: "proxies::a_busy_port_leaves_no_proxy_behind proxies::a_busy_wildcard_is_named_by_its_ipv4_side",
    3: "proxies::a_busy_port_leaves_no_proxy_behind proxies::create_refuses",
    4: "proxies::a_port_that_is_left_open_shows_the_real_one",
    5: "proxies::a_disabled_one_takes_no_port_and_keeps_its_text",
    6: "transport::the_content_type_of_a_request_is_ignored",
    7: "transport::first_value_unknown_keys_repeated_keys_any_case_and_null"
    " toxics::attributes_are_found_in_any_case_and_null_is_none",
    8: "transport::an_unknown_path transport::a_wrong_method transport::browsers_are_refused",
    9: "transport::every_routed_answer_has_a_request_id_of_its_own",
    10: "proxies::an_update_to_the_same_disturbs_no_connection",
    11: "proxies::a_busy_port_leaves_it_disabled_with_the_new_values_until_it_is_repaired",
    12: "proxies::a_bad_listen_changes_nothing",
    13: "populate::the_same_again_is_left_alone populate::what_differs_is_made_anew_without_toxics"
    " populate::the_first_failure_ends_it_and_what_was_done_is_told populate::all_are_checked_before_any_is_touched",
    14: "reset::it_starts_all_and_removes_all_toxics",
    15: "toxics::an_empty_name_is_the_default_one toxics::create_refuses_for_the_first_thing_wrong"
    " toxics::they_are_listed_upstream_first_in_order_of_creation",
    16: "toxics::update_keeps_what_is_not_named toxics::an_update_that_is_refused_changes_nothing_at_all",
    17: "proxies::delete_cuts_everything_and_the_name_is_free_again toxics::delete",
    18: "latency::only_its_own_direction_is_late_and_never_early latency::every_chunk_has_its_own_clock"
    " latency::several_add_up latency::one_in_each_direction latency::an_end_follows_its_data",
    19: "latency::jitter_is_around_the_latency latency::chunks_never_overtake",
    20: "latency::delays_pipeline",
    21: "bandwidth::bytes_leave_at_the_rate_and_none_before_its_time bandwidth::pieces_of_100_ms"
    " bandwidth::nothing_passes_at_rate_0_until_it_is_removed",
    22: "slow_close::the_end_is_late_and_data_is_not"
    " slow_close::an_end_of_the_client_reaches_the_upstream_at_once_and_comes_back_late",
    23: "timeout::each_chunk_restarts_the_clock timeout::without_a_time_it_never_ends_by_itself"
    " timeout::its_removal_ends_the_connection reset::those_under_a_timeout_are_closed",
    24: "reset_peer::what_the_upstream_sends_resets_both_at_once reset_peer::the_reset_may_be_late"
    " reset_peer::one_that_is_added_later_resets_too"
    " reset_peer::a_close_of_what_it_does_not_act_on_is_a_close",
    25: "slicer::content_and_order_stay hostile::values_that_kill",
    26: "limit_data::both_sides_end_when_the_limit_is_reached"
    " limit_data::a_limit_of_0_ends_at_the_first_chunk_and_not_before limit_data::an_update_keeps_the_count"
    " limit_data::one_that_is_added_later_counts_from_then",
    27: "toxicity::always_and_never toxicity::the_die_is_rolled_once_for_a_connection_and_again_at_an_update",
    28: "live_edits::no_edit_loses_doubles_or_swaps_a_byte",
    29: "connections::an_upstream_that_can_not_be_reached connections::the_end_of_one_side_is_the_end_of_both"
    " connections::a_reset_is_an_end_for_the_other_side"
    " connections::stopping_cuts_connections_and_drops_what_toxics_hold"
    " connections::what_is_delayed_upstream_is_delivered_after_the_upstream_has_ended",
    30: "liveness::a_client_that_does_not_read",
    31: "liveness::an_upstream_that_does_not_answer liveness::one_hanging_connect_does_not_hold_up_the_next_client",
    32: "metrics::bytes_are_counted_with_toxiproxys_names_and_labels metrics::there_are_none_without_a_flag",
    33: "process::the_proxies_of_a_config_file_are_there_before_the_api"
    " process::a_bad_config_file_is_logged_and_the_server_starts",
    34: "process::int_and_term_end_it_with_0_and_its_connections_with_it process::a_busy_api_address",
    35: "cli::list cli::inspect cli::create_toggle_and_delete cli::toxics cli::a_missing_argument",
}


@pytest.fixture(scope="module")
def tests():
    """`module::name` of all tests here, each without its `test_`."""
    found = set()
    for path in HERE.glob("test_*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(f"{path.stem[5:]}::{node.name[5:]}")
    return found


def test_every_item_of_the_checklist_is_checked(tests):
    assert sorted(CHECKLIST) == list(range(1, 36))
    named = {name for names in CHECKLIST.values() for name in names.split()}
    assert named <= tests, named - tests


def test_every_known_difference_is_stated_by_a_test(differences):
    text = "".join(path.read_text() for path in HERE.rglob("test_*.py"))
    assert set(re.findall(r'differs\("([\w-]+)"\)', text)) == set(differences)
