"""Changes."""

from django.urls import path

from provisioning.views import operation_actions, operations, review

urlpatterns = [
    path("operations/", operations.operation_list, name="operation_list"),
    path("operations/<int:pk>/", operations.operation_detail, name="operation_detail"),
    path("operations/<int:pk>/cancel/", operation_actions.cancel_operation, name="operation_cancel"),
    path("operations/<int:pk>/reapply/", operation_actions.reapply_operation, name="operation_reapply"),
    path("operations/<int:pk>/retry/", operation_actions.retry_operation, name="operation_retry"),
    path("operations/<int:pk>/abandon/", operation_actions.abandon_operation, name="operation_abandon"),
    path("operations/<int:pk>/adopt/", operation_actions.adopt_operation, name="operation_adopt"),
    path("operations/<int:pk>/look/", operation_actions.look_at_operation, name="operation_look"),
    path("operations/<int:pk>/now/", operation_actions.send_operation_now, name="operation_send_now"),
    path("review/", review.review_list, name="review_list"),
]
