"""QObjects that run operations off the UI thread and turn results into signals. No widgets."""
