"""Item models, log buffer and chart series: QtCore only."""
