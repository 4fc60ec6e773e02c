"""What respondents see: the survey, thanks, unsubscribing, referral; open to anybody with the link."""
