"""What Milepost's own server collected: written month by month, read as one state."""
