"""The addresses of the feedback app."""

from django.urls import path

from feedback.cases.choices import SubjectKind
from feedback.growth.views import growth, own_view, statement, step, take_home, turning_point
from feedback.growth.views.people import people
from feedback.insight import views as community
from feedback.insight import views as evening
from feedback.insight import views as export
from feedback.insight import views as impression
from feedback.letters.views import anonymous_picks, letter, quiet
from feedback.mirror.views import mirror, ordinary, outside, strengths
from feedback.safety.views import case, report, screening
from feedback.ties.views import anniversary, contact, introduction, met, network, short_note, talk
from feedback.ties.views.tie import end, intention, note_help
from kouryu import references

references.register("letter", "note", "ordinary", "wonder", "step", "normal", "talk", "introduction")
references.register("turning-point", "asked", "case", "decision", "term")

app_name = "feedback"

urlpatterns = [
    # --- letters
    path("welcome/strengths/", strengths.welcome_strengths, name="welcome_strengths"),
    path("events/<int:pk>/people/", evening.evening, name="evening"),
    path("events/<int:pk>/quiet/", quiet.quiet, name="quiet"),
    path("events/<int:pk>/people/<person:member_pk>/thank/", evening.thank, name="thank"),
    path("events/<int:pk>/people/<person:member_pk>/reconsider/", evening.reconsider, name="reconsider"),
    path("events/<int:pk>/people/<person:member_pk>/letter/", letter.write, name="write"),
    path("events/<int:pk>/people/<person:member_pk>/nameless/", anonymous_picks.leave, name="leave_picks"),
    path(
        "events/<int:pk>/people/<person:member_pk>/nameless/take-back/",
        anonymous_picks.take_back,
        name="take_back_picks",
    ),
    path("letters/", letter.letters, name="letters"),
    path("letters/given/", letter.letters_given, name="letters_given"),
    path("letters/given/nameless/", anonymous_picks.given, name="picks_given"),
    path("letters/<letter:pk>/", letter.letter, name="letter"),
    path("letters/<letter:pk>/open/", letter.open_letter, name="open_letter"),
    path("letters/<letter:pk>/put-away/", letter.put_away, name="put_away"),
    path("letters/<letter:pk>/take-out/", letter.take_out, name="take_out"),
    path("letters/<letter:pk>/regret/", letter.regret, name="regret"),
    path("letters/<letter:pk>/regret/take-back/", letter.take_back_regret, name="take_back_regret"),
    path("letters/<letter:pk>/reaction/", letter.react, name="react"),
    path("letters/<letter:pk>/thanks/", letter.answer, name="answer"),
    path("mirror/", mirror.mirror, name="mirror"),
    path("mirror/portrait/", outside.portrait, name="portrait"),
    path("mirror/words/", outside.words, name="words"),
    path("mirror/card/", outside.card, name="card"),
    path("mirror/card.svg", outside.card_picture, name="card_picture"),
    path("events/<int:pk>/ordinary/", ordinary.ordinary, name="ordinary"),
    path("events/<int:pk>/ordinary/<ordinary:ordinary_pk>/", ordinary.wonder, name="wonder"),
    path("wonders/<wonder:pk>/put-away/", ordinary.put_away, name="put_away_wonder"),
    path("mirror/nameless/off/", anonymous_picks.switch_off, name="picks_off"),
    path("mirror/nameless/on/", anonymous_picks.switch_on, name="picks_on"),
    # --- what it all gave
    path("events/<int:pk>/questions/", impression.questions, name="questions"),
    path("events/<int:pk>/answers/", impression.answers, name="answers"),
    path("numbers/", community.numbers, name="numbers"),
    path("growth/", growth.growth, name="growth"),
    path("growth/own-view/", own_view.own_view, name="own_view"),
    path("growth/rhythm/", growth.choose_rhythm, name="rhythm"),
    path("growth/not-now/", growth.not_now, name="not_now"),
    # --- ties
    path("events/<int:pk>/people/<person:member_pk>/intention/", intention, name="intention"),
    path("people/", people, name="people"),
    path("people/<person:member_pk>/together/", anniversary.together, name="together"),
    path("people/met/", met.met, name="met"),
    path("people/network/", network.network, name="network"),
    path("people/<person:member_pk>/help/", note_help, name="note_help"),
    path("people/<person:member_pk>/end/", end, name="end_tie"),
    path("turning-points/", turning_point.points, name="turning_points"),
    path("turning-points/new/", turning_point.record, name="record_turning_point"),
    path("turning-points/<turning-point:pk>/", turning_point.point, name="turning_point"),
    path("turning-points/<turning-point:pk>/change/", turning_point.change, name="change_turning_point"),
    path("turning-points/<turning-point:pk>/drop/", turning_point.delete, name="delete_turning_point"),
    path("turning-points/<turning-point:pk>/ask/", turning_point.ask, name="ask_to_stand_behind"),
    path("turning-points/<turning-point:pk>/take-back/", turning_point.take_back, name="take_back_questions"),
    path(
        "turning-points/<turning-point:pk>/people/<person:member_pk>/remove/",
        turning_point.remove,
        name="remove_person_behind",
    ),
    path("turning-points/asked/<asked:pk>/agree/", turning_point.agree, name="agree_to_stand_behind"),
    path("turning-points/asked/<asked:pk>/keep-away/", turning_point.keep_away, name="keep_name_away"),
    path(
        "turning-points/introductions/<introduction:pk>/thank/", turning_point.thank_introducer, name="thank_introducer"
    ),
    path("statements/<int:year>-<int:number>/", statement.statement, name="statement"),
    # --- next steps
    path("steps/", step.steps_page, name="steps"),
    path("steps/new/", step.new_step, name="new_step"),
    path("steps/<step:pk>/settle/", step.settle_step, name="settle_step"),
    path("steps/<step:pk>/put-off/", step.put_off_step, name="put_off_step"),
    path("steps/mail/<str:token>/", step.step_link, name="step_link"),
    path("account/data/", export.my_data, name="my_data"),
    # --- what a member takes home
    path("take-home/", take_home.notes, name="take_home_notes"),
    path("events/<int:pk>/take-home/", take_home.note, name="take_home_note"),
    path("normals/", take_home.normals, name="normals"),
    path("normals/new/", take_home.new_normal, name="new_normal"),
    path("normals/<normal:pk>/", take_home.normal, name="normal"),
    path("normals/<normal:pk>/drop/", take_home.drop_normal, name="drop_normal"),
    # --- between two tied members
    path("people/check/", short_note.check_consent, name="check_consent"),
    path("people/introductions/", introduction.list_introductions, name="introductions"),
    path(
        "people/introductions/<introduction:pk>/answer/", introduction.answer_introduction, name="answer_introduction"
    ),
    path("people/talks/<talk:pk>/", talk.talk, name="talk"),
    path("people/talks/<talk:pk>/enter/", talk.enter_talk, name="enter_talk"),
    path("people/talks/<talk:pk>/calendar.ics", talk.talk_calendar_file, name="talk_calendar"),
    path("people/<person:member_pk>/notes/", short_note.notes, name="notes"),
    path("people/<person:member_pk>/notes/seen/", short_note.see, name="see_notes"),
    path("people/<person:member_pk>/contact/", contact.contact, name="contact"),
    path("people/<person:member_pk>/talk/", talk.propose_talk, name="propose_talk"),
    path("people/<person:member_pk>/introduce/", introduction.introduce, name="introduce"),
    # --- reports, cases, decisions
    path("report/member/<person:pk>/", report.report, {"kind": SubjectKind.MEMBER}, name="report_member"),
    path("report/letter/<letter:pk>/", report.report, {"kind": SubjectKind.LETTER}, name="report_letter"),
    path("report/event/<int:pk>/", report.report, {"kind": SubjectKind.EVENT}, name="report_event"),
    path("report/text/<slug:kind>/<slug:token>/", report.report_text, name="report_text"),
    path("report/note/<note:pk>/", report.report, {"kind": SubjectKind.NOTE}, name="report_note"),
    path("decisions/<decision:pk>/", report.decision, name="decision"),
    path("moderation/", case.cases, name="cases"),
    path("moderation/words/", screening.terms, name="terms"),
    path("moderation/words/try/", screening.try_sentence, name="try_sentence"),
    path("moderation/words/<term:pk>/off/", screening.switch_off_term, name="switch_off_term"),
    path("moderation/words/<term:pk>/on/", screening.switch_on_term, name="switch_on_term"),
    path("moderation/<case:pk>/", case.case, name="case"),
    path("moderation/<case:pk>/take/", case.take, name="take"),
    path("moderation/<case:pk>/release/", case.release, name="release"),
    path("moderation/<case:pk>/decide/", case.decide, name="decide"),
    path("moderation/<case:pk>/nameless/", anonymous_picks.look, name="look_at_picks"),
]
