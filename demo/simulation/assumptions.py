"""What the simulation assumes about people. Change a number here and see what a policy does with it.

None of these were measured: they are guesses of a careful host, and the figures that follow from them are no
forecast. What they are good for is to compare two policies among the same people.
"""

from __future__ import annotations

from dataclasses import dataclass, field


def _industries() -> dict[str, float]:
    return {
        "A": 0.6,
        "B": 0.2,
        "C": 0.2,
        "D": 6,
        "E": 17,
        "F": 1.5,
        "G": 14,
        "H": 5,
        "I": 12,
        "J": 6,
        "K": 3,
        "L": 8,
        "M": 4,
        "N": 3,
        "O": 6,
        "P": 9,
        "Q": 1,
        "R": 5,
        "S": 4,
        "T": 0.5,
    }


@dataclass(frozen=True)
class Assumptions:
    """Shares and chances lie between 0 and 1; each sentence says what is assumed and why."""

    # --- who belongs

    # Parts of a hundred by JSIC division: about as people work in the cities, with more from desks than from fields,
    # because evenings on a screen suit those who sit at one.
    industries: dict[str, float] = field(default_factory=_industries)
    # Half belong from the first week; the others join evenly over the year, so that newcomers meet regulars.
    there_from_the_start: float = 0.5
    # Some fill in everything and never pay: the order is refused by nobody but themselves.
    pays: float = 0.95
    # Who pays by the year, by the half-year, by the month (the cheapest choice is the most usual one).
    plans: tuple[tuple[str, float], ...] = (("yearly", 0.5), ("half-year", 0.3), ("monthly", 0.2))
    # One host for so many members; hosts lead and do not sit at their own evenings.
    members_per_host: int = 60

    # --- who comes

    # Evenings that a member wishes for in a month. Most come seldom and a few come often (a gamma distribution with
    # this shape: 1 would be exponential), as in clubs, choirs and meetups.
    evenings_a_month: float = 0.55
    spread_of_coming: float = 1.3
    # In the first four weeks nearly everybody tries one evening: that is what they paid for.
    tries_an_evening_soon: float = 0.8
    # Seats of an evening, and how full hosts expect it to be when they plan the month.
    seats: tuple[int, ...] = (12, 16, 16, 20)
    expected_share_of_seats: float = 0.85
    # Evenings that ask for something (here: years at one company), since kouryu has them; not everybody may come.
    share_with_conditions: float = 0.15
    # When evenings take place: (hour, minute, weekend, share). Most people are free after work.
    hours: tuple[tuple[int, int, bool, float], ...] = (
        (20, 0, False, 0.65),
        (12, 10, False, 0.15),
        (9, 30, True, 0.20),
    )
    # Seats given back: something comes up for one in ten, for a third of them on the last day.
    gives_seat_back: float = 0.10
    on_the_last_day: float = 0.35
    # Who holds a seat and stays away: few, since groups of four notice it and a mark follows; some send word.
    stays_away: float = 0.04
    sends_word: float = 0.02
    # Some do not find the button, and the host ticks them off at the door.
    ticked_by_host: float = 0.2
    # Of those who are offered a freed seat two thirds take it; a fifth never look at the mail in time.
    takes_offer: float = 0.65
    lets_offer_pass: float = 0.2

    # --- who writes

    # For each person met: a thanks is two taps, a letter five minutes. People differ much in how readily they write
    # (a beta distribution around the mean with this weight: the smaller, the more never write or always write).
    thanks: float = 0.45
    writes_letter: float = 0.22
    spread_of_writing: float = 2.5
    # What somebody from elsewhere did is easier to notice than what everybody does at work.
    more_to_other_industry: float = 1.2
    # Who has written to somebody once has less to add the next time.
    again_to_the_same: float = 0.4
    # When words are written: the same evening, the next day, some day within a week.
    same_evening: float = 0.6
    next_day: float = 0.25
    # Letters that came are opened the next morning by most; the others do so never in this model.
    opens_letter: float = 0.85
    # Two in three picks name what the receiver is known for; else anything that was seen.
    sees_what_is_there: float = 0.67

    # --- who goes on

    # After an evening about so many say how they would like to go on with a person they met.
    says_how_to_go_on: float = 0.55
    # Liking is partly shared by the two (a talk that went well went well for both): a wish for contact needs the mean
    # of the pair's and of one's own liking, both even between 0 and 1, to lie above the bar.
    bar_for_contact: float = 0.6
    # Somebody from elsewhere, whom one met for the first time, is more worth keeping in touch with.
    new_industry_lowers_bar: float = 0.08
    # Hardly anybody chooses "this time only", and fewer still block.
    only_this_time: float = 0.05
    blocks: float = 0.001
    # A step is decided after one evening in five by each of those who were there; half of them for somebody they met.
    # On its day more than half are done, the others are put off once, let go, or stay without an answer.
    decides_step: float = 0.2
    for_somebody_met: float = 0.5
    step_done: float = 0.55
    step_put_off: float = 0.2
    step_let_go: float = 0.1
    # In the first days of a tie half of the pairs exchange a first note: one begins, most answer.
    writes_first: float = 0.5
    writes_back: float = 0.7
    # One pair in seven proposes a talk for two within a month; it finds a time mostly, and then mostly takes place.
    proposes_talk: float = 0.15
    finds_time: float = 0.7
    talk_takes_place: float = 0.85
    # Who has two ties or more introduces two of them to each other now and then; people who are asked mostly agree.
    introduces_in_a_month: float = 0.03
    agrees_to_introduction: float = 0.6
    # Ties that one side ends again, some day within two months.
    ends_tie: float = 0.08

    # --- who stays

    # Of those who belong so many stop in a month; more where no word came in four months: nobody noticed them.
    stops_in_a_month: float = 0.015
    stops_unnoticed: float = 0.045
    unnoticed_days: int = 120
    # Those who did not stop and get the reference for the next period mostly transfer.
    renews: float = 0.93
