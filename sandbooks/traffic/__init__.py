"""What stands between a request and its handler; one concern in each module, none knows another."""
