import { Pause, Play, Video } from 'lucide-react';
import { useTexts } from '../../shared/i18n/texts';
import { clockOf } from './events';
import type { LocalFile, Playback } from './playback';

const speeds = [0.5, 0.75, 1, 1.5, 2];

/** The recording, from this computer's disk, and where it stands. Without one: a clock that is started by hand. */
export function Player(props: {
  file: LocalFile | undefined;
  choose: (file: File | undefined) => void;
  playback: Playback;
}) {
  const { t, number } = useTexts();
  const { file, playback } = props;
  return (
    <section className="card desk-player" aria-labelledby="player">
      <div className="card-head">
        <h2 id="player">{t('player.title')}</h2>
        <label className="btn">
          <Video size={17} aria-hidden="true" />
          {t(file ? 'player.other' : 'player.choose')}
          <input
            className="vh"
            type="file"
            accept="video/*,audio/*"
            onChange={(event) => props.choose(event.currentTarget.files?.[0])}
          />
        </label>
      </div>
      {file ? (
        // biome-ignore lint/a11y/useMediaCaption: a recording from the observer's disk has no captions
        <video
          key={file.url}
          ref={playback.media}
          className={file.video ? 'desk-video' : 'desk-audio'}
          src={file.url}
          controls
          playsInline
          preload="auto"
          tabIndex={-1}
          aria-label={t('player.recording')}
        />
      ) : (
        <p className="sub measure">{t('player.none')}</p>
      )}
      <div className="desk-time">
        <button
          type="button"
          className="btn btn-icon"
          aria-label={t(playback.plays ? 'player.pause' : 'player.play')}
          onClick={playback.toggle}
        >
          {playback.plays ? <Pause size={18} aria-hidden="true" /> : <Play size={18} aria-hidden="true" />}
        </button>
        <output className="num desk-clock" aria-label={t('player.at')} aria-live="off">
          {clockOf(playback.shown)}
        </output>
        <span className="desk-steps">
          {([-5000, -1000, 1000, 5000] as const).map((by) => (
            <button
              key={by}
              type="button"
              className="btn btn-quiet num"
              aria-label={t(by < 0 ? 'player.back' : 'player.on', { n: Math.abs(by) / 1000 })}
              onClick={() => playback.seek(playback.now() + by)}
            >
              {t('player.step', { n: `${by < 0 ? '−' : '+'}${Math.abs(by) / 1000}` })}
            </button>
          ))}
        </span>
        {file && (
          <label className="desk-speed">
            <span className="meta">{t('player.speed')}</span>
            <select value={playback.speed} onChange={(event) => playback.setSpeed(Number(event.currentTarget.value))}>
              {speeds.map((speed) => (
                <option key={speed} value={speed}>
                  {t('player.times', { n: number(speed) })}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <p className="meta">{t('player.stays')}</p>
    </section>
  );
}
