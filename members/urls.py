"""The addresses of the members app."""

from django.urls import path

from members.views import blocks, standing

app_name = "members"

urlpatterns = [
    # standing and blocks
    path("standing/", standing.standing, name="standing"),
    path("account/blocks/", blocks.blocks, name="blocks"),
    path("account/blocks/<int:pk>/unblock/", blocks.unblock, name="unblock"),
    path("members/block/<str:token>/", blocks.block, name="block"),
]
