"""What happens without anybody asking: deciding, sending, alerts, facts; rows of the database are the queue."""
