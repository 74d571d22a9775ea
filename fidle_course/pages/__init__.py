"""What people read: the report, a sweep, the corrected course."""
