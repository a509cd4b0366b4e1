"""What test_numbers_in_sentences lets stand, each with its reason."""

from __future__ import annotations

# File, part of the sentence, reason.
SENTENCES: list[tuple[str, str, str]] = [
    (r"", r"^(強みを)?1つから", "at least one: nobody sets this"),
    (r"^feedback/growth/forms", r"^(三|五)つのうち", "as many as the form beside it has answers"),
    (r"growth/(refusals|_own_view|own_view/own_view)", r"四つ", "as many as the form has questions"),
    (r"insight/(forms|impression/)", r"(三|四)つ", "as many as the form has questions, and answers to each"),
    (r"^feedback/insight/refusals", r"一日たつと", "EXPORTS.a_day counts days"),
    (r"^feedback/insight/words", r"二か月前の|二か月前に", "a measure that is frozen two months later"),
    (r"^feedback/insight/words", r"1000通あたり", "a unit, as per cent is"),
    (r"^(feedback/insight/words|events/hosting/queries/figures)", r"^二回目からの方", "all who came before"),
    (r"^templates/feedback/growth/growth", r"^4つの広がり", "as many as the page has headings"),
    (r"(feedback/growth/statement|mail/statement)", r"この二か月", "this month and the one before, as the rule counts"),
    (r"^templates/feedback/growth/step/link", r"一週間、延ば", "the name of a choice"),
    (r"^templates/", r"[1-3二、三]+分ほど|二、三分でできます", "how long reading or writing takes, about"),
    (r"^templates/feedback/mirror/_flower", r"^2人以上", "more than one: nobody sets this"),
    (r"^templates/feedback/mirror/_numbers", r"100人", "so many of a hundred, as per cent is"),
    (r"^templates/mail/anniversary", r"^出会って、一年", "an anniversary"),
    (r"^templates/mail/sequence/digest", r"この1か月", "a month; in days it is MAIL_SEQUENCE.digest_after_days"),
    # --- law, and what was agreed to: a change is a new version
    (
        r"public/(terms|privacy|legal)|entrance/pledge/",
        r"",
        "law, and promises of people; a change is a new version",
    ),
    # --- what stands in a row, a field or a choice beside the sentence
    (r"^members/accounts/choices", r"", "answers to choose from: the number is the stored value"),
    (r"^events/hosting/forms/conditions", r"以上$", "answers to choose from: the number is the stored value"),
    (r"^events/(event/choices|hosting/forms/series)", r"週", "answers to choose from: the number is the stored value"),
    (r"^(events/registration|feedback/ties)/choices", r"お知らせ$|おたより$", "names of kinds of mail"),
    (r"^events/hosting/starting_points", r"", "shapes of events: the number is the sum of the rows below"),
    (r"^templates/events/hosting/list", r"60分の会", "names one of the shapes"),
    (r"registration/forms/registration", r"^三つのなかから", "as many as the form beside it has answers"),
    (r"^templates/events/registration/event/list", r"3つだけ", "as many as the list below has rows"),
    # --- one, as a word
    (
        r"",
        r"1つ(以上|は)|[一1](件|回)ずつ|1名|1回の|人1組|日が一日|一日だけ|1か月あたり|^近いものを1つ",
        "one, as a word: nobody sets this",
    ),
    (r"^events/.*refusals", r"一日に%|一日おいて|一時間ほど", "the limit itself counts a day, or an hour"),
    (r"^members/membership/words", r"2回のクリック", "as many as the page has"),
    (r"^members/entrance/adapter", r"3回合わなかった", "allauth's own number of tries"),
    (r"^members/entrance/passwords", r"4つか5つ", "advice"),
    (r"^kouryu/fields", r"2026-11-30T19:00", "how a moment is typed"),
    (r"^feedback/safety/forms", r"（24時）", "the end of a day"),
    (r"^templates/429", r"5分ほど", "about as long as most of ACCOUNT_RATE_LIMITS"),
    (r"^templates/events/hosting/figures", r"この一年の", "a year; in days it is RATES.look_back_for"),
    (r"registration/words/conditions", r"この一年で", "a question that members answer in words"),
    # --- what an evening is like
    (r"public/(landing|_what_you_get)|registration/event/list", r"", "tells of a usual evening"),
]

# File, reason.
TIMES: list[tuple[str, str]] = [
    (r"^events/hosting/starting_points\.py$", "shapes of events: hours as a host would type them"),
]
