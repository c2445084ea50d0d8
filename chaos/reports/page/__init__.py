"""The parts of the HTML report: what they need is worked out here, their markup stands in the templates beside it."""
