/** Charts of this page that are shown as tables stand in its address. While a component is made. */
import { keepTables, tablesIn, withTable } from '../chart/tables.ts';
import { inAddress, toAddress } from './address.ts';

const NAME = 'table';

export function keepTablesInAddress(): void {
  keepTables({
    isTable: (name) => tablesIn(inAddress(NAME)).includes(name),
    turned: (name, asTable) => void toAddress(NAME, withTable(inAddress(NAME), name, asTable)),
  });
}
