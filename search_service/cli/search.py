"""``search``: a query answered on the terminal."""

from __future__ import annotations

import click

from search_service.cli.context import Context, json_option
from search_service.jalali import persian_digits
from search_service.search.answer import Answer, Fragment
from search_service.search.params import SearchParams


@click.command()
@click.argument("query", required=False, default="")
@click.option("--category", multiple=True, help="Only this category, in any spelling; again: or that one.")
@click.option("--tag", multiple=True, help="Only this tag.")
@click.option("--source", multiple=True, help="Only this outlet.")
@click.option("--author", multiple=True, help="Only this author.")
@click.option("--date", multiple=True, help="Only this year, month or day: 1402, 1402-06, 1402-06-28, 2023-09.")
@click.option("--from", "from_", help="From this date on.")
@click.option("--to", help="Up to this date.")
@click.option("--sort", help="relevance, newest or oldest.")
@click.option("--match", help="auto, all or any.")
@click.option("--page", help="Page of hits, from 1.")
@click.option("--size", help="Hits on a page.")
@click.option("--facets", multiple=True, help="category, date, source, tag, author; default: the first two.")
@json_option
@click.pass_obj
def search(
    context: Context, /, query: str, as_json: bool, from_: str | None, **options: str | tuple[str, ...] | None
) -> None:
    """Search for QUERY; without one, all articles, newest first."""
    given = {"q": query, "from": from_, **options}
    params = SearchParams.parse({name: value for name, value in given.items() if value}, context.settings)
    answer = context.service.search(params)
    if as_json:
        click.echo(answer.model_dump_json())
    else:
        _print(answer)


def _print(answer: Answer) -> None:
    for step in answer.applied:
        click.echo(f"({step.kind}: «{step.from_}» -> «{step.to}»)")
    if answer.did_you_mean is not None:
        click.echo(f"منظورتان «{answer.did_you_mean.query}» بود؟")
    click.echo(persian_digits(f"{answer.total} خبر در {answer.took_ms:.0f} هزارم ثانیه"))
    for number, hit in enumerate(answer.hits, (answer.page - 1) * answer.size + 1):
        click.echo()
        click.echo(f"{persian_digits(str(number))}. {_marked(hit.fragments.title) or '(بی‌عنوان)'}")
        about = [
            "، ".join(hit.categories),
            hit.published_jalali.text if hit.published_jalali else "",
            hit.source or "",
            hit.id,
        ]
        click.echo("   " + " · ".join(part for part in about if part))
        for fragment in hit.fragments.body:
            click.echo("   … " + " ".join(_marked(fragment).split()))
    for title, choices in (("دسته‌ها", answer.facets.category), ("تاریخ", answer.facets.date)):
        if choices:
            counts = "، ".join(f"{choice.label} ({persian_digits(str(choice.count))})" for choice in choices)
            click.echo(f"\n{title}: {counts}")


def _marked(fragment: Fragment) -> str:
    """Matches in bold where the terminal takes it; click drops the codes elsewhere."""
    return "".join(click.style(piece.text, bold=True) if piece.match else piece.text for piece in fragment)
