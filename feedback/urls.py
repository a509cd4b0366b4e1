"""The addresses of the feedback app."""

from django.urls import path

from feedback.views import (
    anniversary,
    case,
    evening,
    growth,
    letter,
    mirror,
    nameless,
    network,
    quiet,
    report,
    statement,
    step,
    strengths,
    tie,
    turning_point,
)

app_name = "feedback"

urlpatterns = [
    # --- letters
    path("welcome/strengths/", strengths.welcome_strengths, name="welcome_strengths"),
    path("events/<int:pk>/people/", evening.evening, name="evening"),
    path("events/<int:pk>/quiet/", quiet.quiet, name="quiet"),
    path("events/<int:pk>/people/<int:member_pk>/thank/", evening.thank, name="thank"),
    path("events/<int:pk>/people/<int:member_pk>/reconsider/", evening.reconsider, name="reconsider"),
    path("events/<int:pk>/people/<int:member_pk>/letter/", letter.write, name="write"),
    path("events/<int:pk>/people/<int:member_pk>/nameless/", nameless.leave, name="leave_nameless"),
    path("events/<int:pk>/people/<int:member_pk>/nameless/take-back/", nameless.take_back, name="take_back_nameless"),
    path("letters/", letter.letters, name="letters"),
    path("letters/given/", letter.letters_given, name="letters_given"),
    path("letters/given/nameless/", nameless.given, name="nameless_given"),
    path("letters/<int:pk>/", letter.letter, name="letter"),
    path("letters/<int:pk>/open/", letter.open_letter, name="open_letter"),
    path("letters/<int:pk>/put-away/", letter.put_away, name="put_away"),
    path("letters/<int:pk>/take-out/", letter.take_out, name="take_out"),
    path("letters/<int:pk>/thanks/", letter.answer, name="answer"),
    path("mirror/", mirror.mirror, name="mirror"),
    path("mirror/nameless/off/", nameless.switch_off, name="nameless_off"),
    path("mirror/nameless/on/", nameless.switch_on, name="nameless_on"),
    # --- what it all gave
    path("growth/", growth.growth, name="growth"),
    path("growth/rhythm/", growth.choose_rhythm, name="rhythm"),
    path("growth/not-now/", growth.not_now, name="not_now"),
    # --- ties
    path("events/<int:pk>/people/<int:member_pk>/intention/", tie.intention, name="intention"),
    path("people/", tie.people, name="people"),
    path("people/<int:member_pk>/together/", anniversary.together, name="together"),
    path("people/network/", network.network, name="network"),
    path("people/<int:member_pk>/help/", tie.note_help, name="note_help"),
    path("people/<int:member_pk>/end/", tie.end, name="end_tie"),
    path("turning-points/", turning_point.points, name="turning_points"),
    path("turning-points/new/", turning_point.record, name="record_turning_point"),
    path("turning-points/<int:pk>/", turning_point.point, name="turning_point"),
    path("turning-points/<int:pk>/change/", turning_point.change, name="change_turning_point"),
    path("turning-points/<int:pk>/drop/", turning_point.drop, name="drop_turning_point"),
    path("turning-points/<int:pk>/ask/", turning_point.ask, name="ask_to_stand_behind"),
    path("turning-points/<int:pk>/take-back/", turning_point.take_back, name="take_back_questions"),
    path("turning-points/<int:pk>/people/<int:member_pk>/remove/", turning_point.remove, name="remove_person_behind"),
    path("turning-points/asked/<int:pk>/agree/", turning_point.agree, name="agree_to_stand_behind"),
    path("turning-points/asked/<int:pk>/keep-away/", turning_point.keep_away, name="keep_name_away"),
    path("turning-points/introductions/<int:pk>/thank/", turning_point.thank_introducer, name="thank_introducer"),
    path("statements/<int:year>-<int:number>/", statement.statement, name="statement"),
    # --- next steps
    path("steps/", step.steps_page, name="steps"),
    path("steps/new/", step.new_step, name="new_step"),
    path("steps/<int:pk>/settle/", step.settle_step, name="settle_step"),
    path("steps/<int:pk>/put-off/", step.put_off_step, name="put_off_step"),
    path("steps/mail/<str:token>/", step.step_link, name="step_link"),
    # --- reports, cases, decisions
    path("report/<str:kind>/<int:pk>/", report.report, name="report"),
    path("decisions/<int:pk>/", report.decision, name="decision"),
    path("moderation/", case.cases, name="cases"),
    path("moderation/<int:pk>/", case.case, name="case"),
    path("moderation/<int:pk>/take/", case.take, name="take"),
    path("moderation/<int:pk>/release/", case.release, name="release"),
    path("moderation/<int:pk>/decide/", case.decide, name="decide"),
    path("moderation/<int:pk>/nameless/", nameless.look, name="look_at_nameless"),
]
