// What people wrote, as it was written: their script, their direction, never as markup. Media and what may be graphic lie under a cover.
import { useState, type ReactNode } from "react";
import type { Card, MediaNote, ShownPost } from "../api/types";
import { useTongue } from "../i18n";
import { useHere } from "../session";
import { Badge, Button, Facts, Icon, Theirs } from ".";

/** A cover that comes off by a deliberate press; nothing of what it hides is in the page before. */
export function Cover({ label, children, always = false }: { label: string; children: ReactNode; always?: boolean }) {
  const { t } = useTongue();
  const { settings } = useHere();
  const [open, setOpen] = useState(false);
  if (!open && (settings.cover || always)) {
    return <div className="cover"><span><Icon name="covers" />{label}</span><Button onPress={() => setOpen(true)} icon="eye">{t("cover.show")}</Button></div>;
  }
  return (
    <div className="uncovered">
      {children}
      {(settings.cover || always) && <Button look="quiet" icon="covers" onPress={() => setOpen(false)}>{t("cover.hide")}</Button>}
    </div>
  );
}

function Media({ media }: { media: MediaNote }) {
  const { t, said } = useTongue();
  const { settings } = useHere();
  const looks = ["media", settings.greyscale && "greyscale", settings.blur && "blur"].filter(Boolean).join(" ");
  return (
    <Cover label={t("cover.media", { kind: said("media", media.kind) })}>
      <div className={looks} tabIndex={0} role="group" aria-label={said("media", media.kind)}>
        <span className="media-kind">{said("media", media.kind)}</span>
        {media.description ? <Theirs block>{media.description}</Theirs> : <span className="soft">{t("cover.noDescription")}</span>}
      </div>
    </Cover>
  );
}

export function Post({ post }: { post: ShownPost }) {
  const { moment } = useTongue();
  return (
    <article className="post">
      <Theirs block lang={post.lang}>{post.text}</Theirs>
      {post.media.map((media, at) => <Media key={at} media={media} />)}
      {post.at && <p className="post-foot"><time dateTime={post.at}>{moment(post.at)} UTC</time></p>}
    </article>
  );
}

/** An account with its recent posts, or one post. No score and no other person's code: it is shown to people who judge. */
export function SubjectCard({ card }: { card: Card }) {
  const { t, number, day, percent, locale } = useTongue();
  const facts: [string, ReactNode][] = [];
  if (card.place) facts.push([t("card.place"), <Theirs key="place">{card.place}</Theirs>]);
  if (card.created_at) facts.push([t("card.since"), day(card.created_at)]);
  if (card.followers !== null && card.followers !== undefined) facts.push([t("card.followers"), number(card.followers)]);
  if (card.language) facts.push([t("card.language"), languageName(card.language, locale)]);
  return (
    <div className="subject" lang={card.language ?? undefined}>
      {(card.name || card.handle) && (
        <header className="subject-head">
          <span className="face" aria-hidden="true">{[...(card.name ?? card.handle ?? "?")][0]}</span>
          <div>
            <p className="subject-name"><Theirs>{card.name ?? card.handle ?? ""}</Theirs></p>
            {card.handle && <p className="soft" dir="ltr"><bdi>@{card.handle.replace(/^@/, "")}</bdi></p>}
          </div>
        </header>
      )}
      {card.profile && <Theirs block lang={card.language}>{card.profile}</Theirs>}
      {facts.length > 0 && <Facts of={facts} />}
      {card.clients.length > 0 && (
        <div className="row small" role="group" aria-label={t("card.clients")}>
          <span className="soft">{t("card.clients")}</span>
          {card.clients.map((client) => <Badge key={client.name}><bdi>{client.name}</bdi> {percent(client.share, 0)}</Badge>)}
        </div>
      )}
      {card.posts.length > 0 && <section className="posts" aria-label={t("card.posts")}>{(card.name || card.handle) && <h3>{t("card.posts")}</h3>}{card.posts.map((post, at) => <Post key={at} post={post} />)}</section>}
    </div>
  );
}

/** The name of a language in another; its tag where browsers know none. */
function languageName(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
