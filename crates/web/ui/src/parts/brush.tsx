// A stretch of time, chosen with two thumbs; arrow keys move them.
import { Label, Slider, SliderThumb, SliderTrack } from "react-aria-components";
import { useTongue } from "../i18n";

export function Brush({ times, range, onChange }: { times: number[]; range: [number, number]; onChange: (range: [number, number]) => void }) {
  const { t, day } = useTongue();
  const name = (at: number) => day(new Date(times[at] ?? 0).toISOString());
  return (
    <Slider className="brush" value={range} minValue={0} maxValue={times.length - 1} onChange={(value) => { if (Array.isArray(value)) onChange([value[0] ?? 0, value[1] ?? 0]); }}>
      <div className="row between small"><Label>{t("findings.brush")}</Label><output>{name(range[0])} – {name(range[1])}</output></div>
      <SliderTrack className="brush-track">
        {({ state }) => (
          <>
            <div className="brush-span" style={{ insetInlineStart: `${state.getThumbPercent(0) * 100}%`, inlineSize: `${(state.getThumbPercent(1) - state.getThumbPercent(0)) * 100}%` }} />
            <SliderThumb index={0} className="brush-thumb" aria-label={t("findings.from")} />
            <SliderThumb index={1} className="brush-thumb" aria-label={t("findings.until")} />
          </>
        )}
      </SliderTrack>
    </Slider>
  );
}
