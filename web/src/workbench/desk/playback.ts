import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';

/** A recording that was chosen on this computer. It is played from there: nothing of it is sent. */
export interface LocalFile {
  url: string;
  name: string;
  video: boolean;
}

// They outlive the page: a session that locked and was opened again goes on with the same recording.
const chosen = new Map<string, LocalFile>();

export function useLocalFile(key: string) {
  const [file, setFile] = useState<LocalFile | undefined>(() => chosen.get(key));
  const choose = useCallback(
    (one: File | undefined) => {
      const before = chosen.get(key);
      if (before) URL.revokeObjectURL(before.url);
      chosen.delete(key);
      if (one)
        chosen.set(key, { url: URL.createObjectURL(one), name: one.name, video: !one.type.startsWith('audio/') });
      setFile(chosen.get(key));
    },
    [key],
  );
  return { file, choose };
}

export interface Playback {
  media: RefObject<HTMLVideoElement | null>;
  /** Milliseconds from the beginning, this very moment. */
  now: () => number;
  /** The same for the eye, a few times a second. */
  shown: number;
  plays: boolean;
  lengthMs: number;
  toggle: () => void;
  seek: (ms: number) => void;
  /** How many times as fast. */
  speed: number;
  setSpeed: (speed: number) => void;
}

const beatMs = 200;

/** The time of the recording, or of a clock that is started by hand where there is none. */
export function usePlayback(file: LocalFile | undefined, knownMs: number | null): Playback {
  const media = useRef<HTMLVideoElement>(null);
  const clock = useRef({ at: 0, since: undefined as number | undefined });
  const [plays, setPlays] = useState(false);
  const [shown, setShown] = useState(0);
  const [length, setLength] = useState(knownMs ?? 0);
  const [speed, setRate] = useState(1);

  const now = useCallback((): number => {
    const element = media.current;
    if (element) return Math.round(element.currentTime * 1000);
    const { at, since } = clock.current;
    return Math.round(since === undefined ? at : at + performance.now() - since);
  }, []);

  const seek = useCallback((ms: number) => {
    const to = Math.max(0, ms);
    const element = media.current;
    if (element) element.currentTime = to / 1000;
    else clock.current = { at: to, since: clock.current.since === undefined ? undefined : performance.now() };
    setShown(to);
  }, []);

  const toggle = useCallback(() => {
    const element = media.current;
    if (element) {
      if (element.paused) void element.play().catch(() => undefined);
      else element.pause();
      return;
    }
    const since = clock.current.since;
    clock.current = { at: now(), since: since === undefined ? performance.now() : undefined };
    setPlays(since === undefined);
  }, [now]);

  const setSpeed = useCallback((to: number) => {
    if (media.current) media.current.playbackRate = to;
    setRate(to);
  }, []);

  useEffect(() => {
    const element = media.current;
    if (!file || !element) return;
    clock.current = { at: 0, since: undefined };
    setPlays(false);
    setRate(1);
    const told = () => {
      setPlays(!element.paused);
      setShown(Math.round(element.currentTime * 1000));
      if (Number.isFinite(element.duration)) setLength(Math.round(element.duration * 1000));
    };
    const names = ['play', 'pause', 'seeked', 'loadedmetadata', 'durationchange', 'ended'] as const;
    for (const name of names) element.addEventListener(name, told);
    told();
    return () => {
      for (const name of names) element.removeEventListener(name, told);
    };
  }, [file]);

  useEffect(() => {
    if (!plays) return;
    const timer = setInterval(() => setShown(now()), beatMs);
    return () => clearInterval(timer);
  }, [plays, now]);

  return useMemo(
    () => ({ media, now, shown, plays, lengthMs: length, toggle, seek, speed, setSpeed }),
    [now, shown, plays, length, toggle, seek, speed, setSpeed],
  );
}
