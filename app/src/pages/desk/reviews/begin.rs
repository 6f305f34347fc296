//! `/admin/reviews/new`: beginning a review over the links of a list.

use leptos::{prelude::*, server_fn::ServerFn};

use super::ROOM;
use crate::{
    api::desk::BeginReview,
    components::{FieldProblem, FormNote},
    gate,
    pages::desk::DeskPage,
    query,
    wire::{
        FormProblem,
        desk::{Frame, NewReview, ReviewerChoice, links::Count},
    },
    words::{
        self, form_problem,
        reviews::{scope, size},
    },
};

const HERE: &str = "/admin/reviews/new";
/// What the page says at the fields themselves.
const AT_FIELDS: &[FormProblem] = &[
    FormProblem::BadName,
    FormProblem::BadDay,
    FormProblem::ChoiceMissing,
];

/// Beginning a review.
#[component]
pub fn BeginReviewPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let filter = query::parameter("filter");
    Suspend::new(async move {
        let new = match visitor.backend.new_review(filter).await {
            Ok(new) => visitor.backend.frame().await.map(|frame| (new, frame)),
            Err(failure) => Err(failure),
        };
        match new {
            Ok((new, frame)) => view! { <Begin new frame/> }.into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Begin(new: NewReview, frame: Frame) -> impl IntoView {
    let NewReview {
        filter,
        count,
        choices,
        earliest_day,
        latest_day,
    } = new;
    view! {
        <DeskPage title="Begin a review" here=ROOM frame>
            <h1>"Begin a review"</h1>
            <p class="lead">
                "The people you choose look at every link and say whether it should stay. What they say changes nothing by itself: you carry it out, and close the review."
            </p>
            <FormNote but=AT_FIELDS/>
            <dl class="facts">
                <div>
                    <dt>"Links"</dt>
                    <dd class="address">
                        {scope(&filter)}
                        <p class="fine">
                            {size(count)} " now. " <a href=filter.path()>"Look at the list"</a>
                        </p>
                    </dd>
                </div>
            </dl>
            {if count == Count::Exactly(0) {
                view! { <p>"No connected link is like that: there is nothing to review."</p> }
                    .into_any()
            } else {
                view! {
                    <form class="form" method="post" action=BeginReview::PATH>
                        <input type="hidden" name="filter" value=filter.query()/>
                        <NameField/>
                        <DueField earliest_day latest_day/>
                        <Reviewers choices/>
                        <p class="fine">
                            "They get a mail now, and others 7 days and 1 day before the last day and when it is over, as long as links wait for them."
                        </p>
                        <p class="actions">
                            <button class="button">"Begin the review"</button>
                        </p>
                    </form>
                }
                    .into_any()
            }}
        </DeskPage>
    }
}

#[component]
fn NameField() -> impl IntoView {
    let problem = came_back(FormProblem::BadName)
        .map(|_| "Give it a name of at most 100 characters, in one line.".to_owned());
    view! {
        <div class="field">
            <label for="name">"Name"</label>
            <input
                id="name"
                name="name"
                type="text"
                maxlength="100"
                required
                autocomplete="off"
                autofocus=problem.is_some()
                aria-describedby="name-problem"
                aria-invalid=problem.as_ref().map(|_| "true")
            />
            <FieldProblem id="name-problem" problem/>
        </div>
    }
}

#[component]
fn DueField(earliest_day: String, latest_day: String) -> impl IntoView {
    let problem = came_back(FormProblem::BadDay);
    view! {
        <div class="field">
            <label for="due">"Last day"</label>
            <input
                id="due"
                name="due"
                type="date"
                min=earliest_day
                max=latest_day
                required
                autofocus=problem.is_some()
                aria-describedby="due-note due-problem"
                aria-invalid=problem.as_ref().map(|_| "true")
            />
            <p id="due-note" class="fine">
                "The review is overdue when that day is over (UTC). It stays open until you close it."
            </p>
            <FieldProblem id="due-problem" problem/>
        </div>
    }
}

#[component]
fn Reviewers(choices: Vec<ReviewerChoice>) -> impl IntoView {
    let problem = came_back(FormProblem::ChoiceMissing).map(|_| {
        "Choose at least one person, who is still a reviewer or administrator.".to_owned()
    });
    view! {
        <fieldset class="choices" aria-describedby="reviewers-note reviewers-problem">
            <legend>"Reviewers"</legend>
            <p id="reviewers-note" class="fine">
                "The links are shared out among them; each may decide about all of them but their own. With two or more, nobody’s own link stays open."
            </p>
            {choices
                .into_iter()
                .map(|choice| {
                    view! {
                        <label class="choice">
                            <input type="checkbox" name="reviewers[]" value=choice.id/>
                            <span class="address">
                                {choice.name}
                                <span class="fine">
                                    " · " {words::role(choice.role)} " · " {choice.email}
                                </span>
                            </span>
                        </label>
                    }
                })
                .collect_view()}
            <FieldProblem id="reviewers-problem" problem/>
        </fieldset>
    }
}

fn came_back(at_this_field: FormProblem) -> Option<String> {
    query::form_problem()
        .filter(|problem| *problem == at_this_field)
        .map(|problem| form_problem(problem).to_owned())
}
