SHOWS_THE_TRACE = False
TITLE = "We can't save your answer right now"
WHAT = "The part of Clipshare that keeps dates of birth is not answering us."
FATE = "Your answer has not been saved. The date is still in the form below."
TRY_AGAIN_IN_S = 1
