from demo_app.web.model import Age, NotNow, Visit

REMEMBERS = True


def when_nobody_answers(visit: Visit, not_now: NotNow) -> Age:
    if visit.remembered:
        return Age.OLD_ENOUGH
    raise not_now
