import { type ReactNode, useId } from 'react';
import { useTexts } from '../shared/i18n/texts';
import { Loaded } from './parts';

export interface Column<T> {
  head: string;
  cell: (one: T) => ReactNode;
  /** `num`: figures; `day`: figures on one line; `wide`: left out on a phone; `do`: what can be done, its head unseen. */
  is?: 'num' | 'day' | 'wide' | 'wide day' | 'wide num' | 'do';
}

const classOf = (is: string | undefined): string | undefined =>
  is === 'do' ? 'cell-do' : is?.includes('day') ? `${is} num` : is;

/** A list of the server's in a card: awaited, failed with a way to try again, empty with a word on what brings it, or a table. */
export function Listing<T>(props: {
  query: { data: T[] | undefined; error: Error | null; refetch: () => unknown };
  title: string;
  /** Whether the title is seen too. */
  headed?: boolean;
  empty: string;
  keyOf: (one: T) => string | number;
  columns: Column<T>[];
  /** Rows that are shown at first, and what shows all of them. */
  most?: number;
  more?: (n: number) => ReactNode;
}) {
  const { t } = useTexts();
  const id = useId();
  const title = t(props.title);
  return (
    <Loaded query={props.query} part>
      {(all) => (
        <section className={all.length ? 'card table-card' : 'card empty'} aria-labelledby={id}>
          <h2 id={id} className={props.headed ? undefined : 'vh'}>
            {title}
          </h2>
          {all.length === 0 ? (
            <p>{t(props.empty)}</p>
          ) : (
            <table className="table" aria-labelledby={id}>
              <thead>
                <tr>
                  {props.columns.map(({ head, is }) => (
                    <th key={head} scope="col" className={is?.startsWith('wide') ? 'wide' : undefined}>
                      {is === 'do' ? <span className="vh">{t(head)}</span> : t(head)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {all.slice(0, props.most).map((one) => (
                  <tr key={props.keyOf(one)}>
                    {props.columns.map(({ head, is, cell }, i) =>
                      i === 0 ? (
                        <th key={head} scope="row" className={classOf(is)}>
                          {cell(one)}
                        </th>
                      ) : (
                        <td key={head} className={classOf(is)}>
                          {cell(one)}
                        </td>
                      ),
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {props.most !== undefined && all.length > props.most && props.more?.(all.length)}
        </section>
      )}
    </Loaded>
  );
}
