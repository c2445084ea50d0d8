"""How long things last, as far as the files tell; some of them for as long as it takes to have the samples."""

from __future__ import annotations

import math

from chaos.experiment.advice.subject import ExperimentFile
from chaos.experiment.experiment import FaultEntry
from chaos.experiment.plan import LONGEST_FAULT_S, SHORTEST_FAULT_S


def window_s(file: ExperimentFile, rate: float) -> float:
    return max(file.experiment.window, file.experiment.samples / rate)


def fault_s(file: ExperimentFile, rate: float = math.inf) -> float:
    """Until the last fault is undone; without a rate, at most."""
    open_end_s = _open_end_s(file, rate)
    return max(fault.ends(open_end_s) for fault in file.experiment.faults)


def on_s(file: ExperimentFile, fault: FaultEntry, rate: float = math.inf) -> float:
    """How long one fault is on, all its times taken together; without a rate, at most."""
    return (_open_end_s(file, rate) if fault.lasts is None else fault.lasts) * len(fault.starts)


def once_on_s(file: ExperimentFile, fault: FaultEntry) -> float:
    """How long it is on each time that it comes, at most; claims with a confidence may keep it for longer."""
    return max(on_s(file, fault) / len(fault.starts), file.plan.confidence_within or 0.0)


def after_first_fault_s(file: ExperimentFile) -> float:
    """From the first fault to the last moment at which the way back is watched, at most."""
    return max(fault_s(file), file.plan.confidence_within or 0.0) + after_last_undo_s(file)


def after_last_undo_s(file: ExperimentFile) -> float:
    """For so long the way back is watched, at most."""
    experiment = file.experiment
    window = max(experiment.window, experiment.recovery.hold, file.plan.sampling_s)
    return experiment.recovery.within + 2 * window


def _open_end_s(file: ExperimentFile, rate: float) -> float:
    """Of a fault without `for`: it ends when it has the samples."""
    if rate == math.inf:
        return LONGEST_FAULT_S
    return min(LONGEST_FAULT_S, max(SHORTEST_FAULT_S, file.experiment.samples / rate))
