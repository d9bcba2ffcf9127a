"""The relations of everyday and work life, one line each: small, canonical and closed. `relations` reads them.

A line, which may go on indented, is ``name | what it is``, then what else is said for it:

* ``= other predicates`` say the same; ``> predicates`` say that it begins, ``x predicates`` that it is over;
* ``~ predicates`` say it from the other side; ``~~`` without any: both sides are alike;
* ``if-new``: several at a time are no contradiction; only what is told as new ("now", "new", begun) ends the old;
* what it is: ``one`` (a subject has one object at a time), ``by-one`` (an object has one subject at a time); ``any``: a literal
  fills it too, not only something named, ``number``, ``mass`` and ``mail``: what has a digit, is so heavy or has an @ does (one
  also phones friends, weighs two options and addresses questions); types of entities: it begins with an object of one of these
  only; ``once``: there is one for good, told more or less closely, so that only a correction takes it back (born in Porto, in
  Portugal).

Left out on purpose: what people may well have two of, without either being wrong (a nationality, a language, a friend).
"""

from __future__ import annotations

LINES = """
live_in | one location = live_at reside_in reside_at dwell_in based_in home_in settled_in > move_to relocate_to
    settle_in settle_down_in move_back_to move_into move_in x move_out_of move_away_from move_from
    leave
work_at | one organization entity misc = work_for employed_by employed_at employee_of > join hired_by start_at
    start_working_at start_working_for begin_at take_job_at x leave quit quit_at resign_from fired_by fired_from
    laid_off_by laid_off_from retire_from stop_working_at stop_working_for ~ employ employer_of > hire x fire lay_off
    dismiss
married_to | one by-one = spouse_of husband_of wife_of spouse husband wife > marry wed get_married_to x divorce
    divorced_from separate_from separated_from ~~
engaged_to | one by-one = fiance_of fiancee_of > get_engaged_to x break_off_with ~~
in_relationship_with | one by-one if-new = date dating go_out_with boyfriend_of girlfriend_of partner_of x break_up_with
    split_up_with split_with dump ~~
study_at | one if-new = attend enrolled_at enrolled_in student_at student_of > enroll_at enroll_in enrol_at enrol_in
    transfer_to x graduate_from
    drop_out_of leave quit
play_for | one if-new = player_for > sign_for transferred_to x leave quit
report_to | one if-new = work_under managed_by supervised_by ~ manager_of boss_of supervisor_of manage supervise
ceo_of | by-one = chief_executive_of chief_executive_officer_of
cto_of | by-one = chief_technology_officer_of
cfo_of | by-one = chief_financial_officer_of
coo_of | by-one = chief_operating_officer_of
president_of | by-one
prime_minister_of | by-one
chancellor_of | by-one
mayor_of | by-one
governor_of | by-one
king_of | by-one
queen_of | by-one
captain_of | by-one
coach_of | by-one if-new = head_coach_of coach
chair_of | by-one = chairman_of chairwoman_of chairperson_of
head_of | by-one if-new = lead_of leader_of lead head
principal_of | by-one = headteacher_of headmaster_of
owner_of | by-one if-new = own > buy acquire purchase x sell ~ owned_by belong_to bought_by acquired_by
capital_of | by-one
headquartered_in | one = head_office_in have_headquarters_in headquarters_in have_head_office_in > move_headquarters_to
    relocate_headquarters_to move_head_office_to ~ headquarters_of head_office_of
mother_of | by-one = mum_of mom_of
father_of | by-one = dad_of
parent_of | = ~ child_of kid_of
son_of | =
daughter_of | =
grandparent_of | = ~ grandchild_of
grandmother_of | =
grandfather_of | =
sibling_of | = ~~
brother_of | =
sister_of | =
cousin_of | = ~~
uncle_of | =
aunt_of | =
best_friend_of | by-one
friend_of | = friends_with befriend ~~
colleague_of | = coworker_of work_with ~~
neighbour_of | = neighbor_of live_next_to ~~
roommate_of | = flatmate_of housemate_of live_with ~~
teacher_of | = mentor_of teach mentor ~ pupil_of taught_by mentored_by
doctor_of | by-one if-new = physician_of
dentist_of | by-one if-new
landlord_of | by-one if-new ~ tenant_of
member_of | = belong_to_club x leave quit resign_from
founder_of | = found ~ founded_by
author_of | = write ~ written_by
director_of | = direct ~ directed_by
born_in | once = birthplace ~ birthplace_of
born_on | one any = birth_date date_of_birth birthdate
birthday | one any
die_in | once =
die_on | one any
speak | = fluent_in
like | = enjoy fond_of x go_off
love | = adore
dislike | =
hate | = detest loathe
allergic_to | =
play | = > take_up x give_up quit
collect | = x give_up quit
come_from | = is_from hail_from
hobby | any = pastime x give_up quit
drive | one if-new x sell ~ car_of
bank_with | one if-new = bank_at ~ bank_of
age | one number = aged years_old turn
phone_number | one number = phone telephone_number telephone mobile_number mobile cell_number cell_phone_number number_is
email | one mail = email_address e_mail e_mail_address mail_address
work_email | one mail = work_email_address work_e_mail work_e_mail_address office_email
personal_email | one mail = personal_email_address private_email private_email_address
work_phone | one number = work_number work_phone_number office_number office_phone office_phone_number
home_phone | one number = home_number home_phone_number landline landline_number
address | one number = home_address postal_address street_address
job_title | one any = work_as employed_as line_of_work role job title position occupation profession job_role
salary | one number = income
status | one any
weight | one mass = weigh
height | one number
nickname | =
username | one any = user_name
password | one any = passcode
deadline | one any = due_on due_date due_by
price | one number = cost
budget | one number
version | one number
population | one number = have_population_of
time_zone | one any = timezone
blood_type | one any = blood_group
shoe_size | one number
marital_status | one any
employment_status | one any
life_status | once any
pet_of | = dog_of puppy_of cat_of kitten_of rabbit_of hamster_of horse_of pony_of parrot_of budgie_of goldfish_of turtle_of
subscription | one any = subscription_plan
diet | one any
"""

OPPOSITES = (("like", "dislike"), ("like", "hate"), ("love", "dislike"), ("love", "hate"))
"""Who says the one of a thing takes the other back."""

CLOSES: dict[str, dict[str, tuple[str, ...]]] = {
    "marital_status": {
        "divorced": ("married_to", "engaged_to"),
        "widowed": ("married_to", "engaged_to"),
        "single": ("married_to", "engaged_to", "in_relationship_with"),
        "engaged": ("married_to",),
        "not married": ("married_to",),
    },
    "employment_status": {"retired": ("work_at",), "unemployed": ("work_at",), "jobless": ("work_at",)},
    "in_relationship_with": {"not partner": ("engaged_to",)},
    "life_status": {"dead": ("pet_of", "work_at", "live_in")},
}
"""Which relations cannot hold beside a value of these, or beside its denial ("not …"), whatever their own values: who is divorced is
married to nobody, and who marries is divorced no longer."""

UNNAMED = frozenset(
    {"there", "job", "partner", "girlfriend", "boyfriend", "wife", "husband", "fiance", "fiancee", "fiancé", "fiancée"}
)
"""What is denied without being named ("I don't work there anymore", "I quit"): whatever there is one of at a time is over by it."""
