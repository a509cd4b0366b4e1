"""The addresses of the members app."""

from django.conf import settings
from django.urls import path

from kouryu import references
from members.admission.views import application, invitation
from members.affinity import views as affinity
from members.banking import views as banking
from members.cards import views as cards
from members.closing import views as closing
from members.desk import views as member_desk
from members.entrance.views import account, card, proof, public, welcome
from members.entrance.views import desk as sign_in_desk
from members.leaving import views as leaving
from members.linking import views as linking
from members.mail import views as mail
from members.mail import views as mailbox
from members.membership.views import desk
from members.membership.views import ordering as membership
from members.membership.views import plans as prices
from members.moving import views as moving
from members.papers import views as papers
from members.security import views as security
from members.standing.views import blocks, standing

references.register("affinity", "bankline", "import", "invitation", "paid", "payment", "person", "proposal", "question")
references.register("receipt", "refund", "suspension")

app_name = "members"

urlpatterns = [
    # what anybody may read
    path("pledge/", public.pledge_text, name="pledge_text"),
    path("terms/", public.terms, name="terms"),
    path("privacy/", public.privacy, name="privacy"),
    path("legal/", public.legal, name="legal"),
    path("contact/", public.contact, name="contact"),
    # standing and blocks
    path("standing/", standing.standing, name="standing"),
    path("moderation/suspensions/", standing.suspensions, name="suspensions"),
    path("moderation/suspensions/<suspension:pk>/lift/", standing.lift, name="lift"),
    path("account/blocks/", blocks.blocks, name="blocks"),
    path("account/blocks/<person:person_pk>/unblock/", blocks.unblock, name="unblock"),
    path("members/block/<str:token>/", blocks.block, name="block"),
    # coming in
    path("join/<slug:token>/", invitation.join, name="join"),
    path("admission/", application.admission, name="admission"),
    path("admission/withdraw/", application.withdraw, name="withdraw_application"),
    path("account/invitations/", invitation.invitations, name="invitations"),
    path("account/invitations/<invitation:invitation_pk>/end/", invitation.take_back, name="take_back_invitation"),
    # welcome
    path("welcome/", welcome.welcome, name="welcome"),
    path("welcome/pledge/", welcome.pledge, name="pledge"),
    path("welcome/job/", welcome.work, name="welcome_work"),
    path("welcome/themes/", welcome.themes, name="welcome_themes"),
    path("welcome/reason/", welcome.reason, name="welcome_reason"),
    path("welcome/preferences/", welcome.preferences, name="welcome_preferences"),
    # account
    path("account/", account.account, name="account"),
    path("account/limits/", account.limits, name="limits"),
    path("account/card/", card.card, name="card"),
    path("account/card/seen/", card.as_seen, name="as_seen"),
    path("account/affinity/<affinity:affinity_pk>/join/", affinity.join_affinity, name="join_affinity"),
    path("account/affinity/<affinity:affinity_pk>/leave/", affinity.leave_affinity, name="leave_affinity"),
    path("account/settings/", account.settings, name="settings"),
    path("account/looks/", member_desk.looks, name="looks"),
    # where one is signed in
    path("account/second-factor/", security.second_factor, name="second_factor"),
    path("account/sessions/", security.sessions, name="sessions"),
    path("account/sessions/end-others/", security.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<slug:handle>/end/", security.end_session, name="end_session"),
    path("accounts/reauthenticate/mail/", proof.prove_by_mail, name="prove_by_mail"),
    path("accounts/lost/", security.lost, name="lost"),
    path("accounts/lost/stop/<slug:token>/", security.stop_reset, name="stop_reset"),
    # the service's own accounts
    path("accounts/service/", linking.start, name="start_service"),
    path("service/paid/", linking.paid_there, name="paid_there"),
    path("account/service/", linking.service_account, name="service_account"),
    path("account/service/end/", linking.unlink, name="unlink_service"),
    # deleting the account
    path("account/leave/", leaving.leave, name="leave"),
    path("account/leave/take-back/", leaving.stay, name="stay"),
    path("desk/members/<person:person_pk>/leave/", leaving.begin_leaving_of, name="desk_begin_leaving"),
    # fewer mails
    path("account/rest/", mail.rest, name="rest"),
    path("account/rest/end/", mail.end_rest, name="end_rest"),
    path("mails/stop/<str:token>/", mail.stop_mail, name="stop_mail"),
    # membership
    path("membership/", membership.plans, name="plans"),
    path("membership/order/<slug:key>/", membership.order, name="order"),
    path("membership/payments/<slug:reference>/", membership.payment, name="payment"),
    path("membership/credit/", membership.credit, name="credit"),
    path("membership/stop/", membership.stop, name="stop"),
    path("membership/resume/", membership.resume, name="resume"),
    # closing months
    path("desk/months/", closing.months, name="desk_months"),
    path("desk/months/<int:year>/<int:number>/", closing.month, name="desk_month"),
    path("desk/months/<int:year>/<int:number>/csv/", closing.month_file, name="desk_month_file"),
    # receipts
    path("membership/receipts/", papers.receipts, name="receipts"),
    path("membership/receipts/new/<paid:paid_pk>/", papers.new_receipt, name="new_receipt"),
    path("membership/receipts/<receipt:receipt_pk>/", papers.receipt, name="receipt"),
    path("membership/receipts/<receipt:receipt_pk>/pdf/", papers.receipt_file, name="receipt_file"),
    path("desk/receipts/<receipt:receipt_pk>/pdf/", papers.desk_receipt_file, name="desk_receipt_file"),
    # cards
    path("webhooks/stripe/", cards.notice, name="stripe_notice"),
    path("membership/order/<slug:key>/card/", cards.order, name="card_order"),
    path("membership/payments/<slug:reference>/card/", cards.pay, name="card_pay"),
    path("membership/card/", cards.change_card, name="card_change"),
    path("membership/card/stop/<str:token>/", cards.stop_by_link, name="card_stop"),
    # the desk's page of members
    path("desk/members/", member_desk.members, name="desk_members"),
    path("desk/members/<person:person_pk>/", member_desk.member, name="desk_member"),
    path("desk/members/<person:person_pk>/note/", member_desk.note, name="desk_note"),
    path("desk/members/<person:person_pk>/name/", member_desk.name, name="desk_name"),
    path("desk/members/<person:person_pk>/roles/", member_desk.grant_role, name="desk_grant_role"),
    path("desk/members/<person:person_pk>/roles/<slug:role>/", member_desk.end_role, name="desk_end_role"),
    path("desk/roles/", member_desk.roles, name="desk_roles"),
    path("desk/members/<person:person_pk>/sign-in/", sign_in_desk.send_sign_in, name="desk_send_sign_in"),
    path("desk/members/<person:person_pk>/sessions/", security.end_sessions_of, name="desk_end_sessions"),
    path("desk/members/<person:person_pk>/days/", desk.grant, name="desk_grant"),
    # who lost every second factor
    path("desk/lost/", security.resets, name="desk_resets"),
    path("desk/members/<person:person_pk>/lost/propose/", security.propose_reset, name="desk_propose_reset"),
    path("desk/members/<person:person_pk>/lost/confirm/", security.confirm_reset, name="desk_confirm_reset"),
    path("desk/members/<person:person_pk>/lost/decline/", security.decline_reset, name="desk_decline_reset"),
    # invitations and applications at the desk
    path("desk/invitations/", invitation.desk_invitations, name="desk_invitations"),
    path(
        "desk/invitations/<invitation:invitation_pk>/end/",
        invitation.desk_take_back,
        name="desk_take_back_invitation",
    ),
    path("desk/applications/", application.applications, name="desk_applications"),
    path("desk/applications/<person:person_pk>/open/", application.open_application, name="desk_open_application"),
    path("desk/members/<person:person_pk>/application/", application.application, name="desk_application"),
    path("desk/questions/", application.questions, name="desk_questions"),
    path("desk/questions/<question:question_pk>/", application.question, name="desk_question"),
    # groups that members put themselves into
    path("desk/affinity/", affinity.affinities, name="desk_affinities"),
    path("desk/affinity/<affinity:affinity_pk>/retire/", affinity.retire_affinity, name="desk_retire_affinity"),
    # members who move in with a list
    path("desk/import/", moving.imports, name="desk_imports"),
    path("desk/import/<import:import_pk>/", moving.one_import, name="desk_import"),
    path("desk/export/", moving.export, name="desk_export"),
    # the bank's list
    path("desk/bank/", banking.bank_lines, name="desk_bank"),
    path("desk/bank/together/", banking.bank_together, name="desk_bank_together"),
    path("desk/bank/<bankline:line_pk>/", banking.bank_line, name="desk_bank_line"),
    path("desk/bank/<bankline:line_pk>/unknown/", banking.bank_line_unknown, name="desk_bank_unknown"),
    path("desk/bank/<bankline:line_pk>/join/", banking.bank_line_join, name="desk_bank_join"),
    path("desk/bank/<bankline:line_pk>/undo/", banking.bank_line_undo, name="desk_bank_undo"),
    # the membership desk
    path("desk/", desk.transfers, name="desk_transfers"),
    path("desk/transfers/<slug:reference>/", desk.transfer, name="desk_transfer"),
    path("desk/transfers/<slug:reference>/forgive/", desk.forgive, name="desk_forgive"),
    path("desk/payments/", desk.note_unordered, name="desk_note_payment"),
    path("desk/payments/<payment:payment_pk>/", desk.payment, name="desk_payment"),
    path("desk/payments/<payment:payment_pk>/assign/", desk.assign, name="desk_assign"),
    path("desk/payments/<payment:payment_pk>/undo/", desk.undo, name="desk_undo"),
    path("desk/payments/<payment:payment_pk>/back/", desk.give_back, name="desk_give_back"),
    path("desk/refunds/<refund:refund_pk>/", desk.refund_paid, name="desk_refund_paid"),
    path("desk/two/<proposal:proposal_pk>/", desk.settle_proposal, name="desk_settle_proposal"),
    path("desk/limit/", prices.limit, name="desk_limit"),
    path("desk/plans/", prices.desk_plans, name="desk_plans"),
    path("desk/plans/<slug:key>/price/", prices.price, name="desk_price"),
    path("desk/plans/<slug:key>/offer/", prices.offer_plan, name="desk_offer_plan"),
]

if not settings.PRODUCTION:
    urlpatterns += [
        path("mailbox/", mailbox.mailbox, name="mailbox"),
        path("mailbox/<slug:key>/", mailbox.mail, name="mailbox_mail"),
        path("mailbox/<slug:key>/html/", mailbox.mail_html, name="mailbox_html"),
    ]
