"""The fixture `sandboxes` are handed out by: one server per test run, a fresh sandbox per test."""
